#include "compute/data/readers/csv_records.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr unsigned kBufferBytes = 1 << 18;  // also what the delimiter is found out from

// Counts of each delimiter outside quotes, a line.
constexpr std::array<char, 3> kDelimiters = {'\t', ';', ','};
using DelimiterCounts = std::array<std::size_t, kDelimiters.size()>;

std::vector<DelimiterCounts> countDelimiters(std::string_view text) {
  constexpr std::size_t mostLines = 50;
  std::vector<DelimiterCounts> lines(1);
  bool isQuoted = false, isBlank = true;
  for (const char letter : text) {
    if (letter == '"') isQuoted = !isQuoted;
    const bool isLineEnd = (letter == '\n' || letter == '\r') && !isQuoted;
    if (isLineEnd && !isBlank) {
      if (lines.size() == mostLines) return lines;
      lines.emplace_back();
    }
    isBlank = isLineEnd;
    const auto* delimiter = std::find(kDelimiters.begin(), kDelimiters.end(), letter);
    if (!isQuoted && delimiter != kDelimiters.end())
      ++lines.back()[static_cast<std::size_t>(delimiter - kDelimiters.begin())];
  }
  if (lines.size() > 1) lines.pop_back();  // cut off, or empty
  return lines;
}

std::string sizeInWords(std::size_t bytes) {
  constexpr std::size_t megabyte = 1 << 20;
  return bytes % megabyte == 0 ? fmt::format("{} MB", bytes / megabyte) : fmt::format("{} bytes", bytes);
}

}  // namespace

char sniffDelimiter(std::string_view text) {
  const std::vector<DelimiterCounts> lines = countDelimiters(text);
  for (std::size_t d = 0; d < kDelimiters.size(); ++d) {
    const std::size_t first = lines.front()[d];
    const bool isSteady =
        std::all_of(lines.begin(), lines.end(), [&](const auto& counts) { return counts[d] == first; });
    if (first > 0 && isSteady) return kDelimiters[d];
  }
  const DelimiterCounts& first = lines.front();
  const auto most = static_cast<std::size_t>(std::max_element(first.begin(), first.end()) - first.begin());
  return first[most] > 0 ? kDelimiters[most] : ',';
}

CsvRecords::CsvRecords(std::filesystem::path file, std::size_t mostRecordBytes)
    : m_path(std::move(file)),
      m_mostRecordBytes(mostRecordBytes),
      m_stream(nullptr, [](void* stream) { gzclose(static_cast<gzFile>(stream)); }) {
  if (InputFile(m_path).size() == 0) refuse(1, "the file is empty; give one with a line an example");
  m_stream.reset(gzopen(m_path.c_str(), "rb"));
  if (!m_stream) {
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot read '{}': {}", m_path.string(), systemError(errno)));
  }
  gzbuffer(static_cast<gzFile>(m_stream.get()), kBufferBytes);
  m_buffer.resize(kBufferBytes);
  refill();
  const std::string_view start(m_buffer.data(), m_filled);
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
    refuse(1, "the text is UTF-16; save it as UTF-8");
  if (start.starts_with("\xEF\xBB\xBF")) m_position = 3;
  m_delimiter = sniffDelimiter(start.substr(m_position));
}

bool CsvRecords::next() {
  while (readRecord()) {
    if (m_ends.size() > 1 || !m_text.empty()) return true;
  }
  return false;
}

bool CsvRecords::readRecord() {
  m_text.clear();
  m_ends.clear();
  m_fields.clear();
  m_recordLine = m_line;
  if (peek() == kEnd) return false;
  while (readField()) {
    if (m_ends.size() > kMostFields)
      refuse(m_recordLine, fmt::format("has more than {} fields; is this a table?", kMostFields));
  }
  std::size_t begin = 0;
  for (const std::size_t end : m_ends) {
    m_fields.push_back(std::string_view(m_text).substr(begin, end - begin));
    begin = end;
  }
  return true;
}

// True when another field follows.
bool CsvRecords::readField() {
  if (peek() == '"') {
    readQuoted();
  } else {
    readPlain();
  }
  m_ends.push_back(m_text.size());
  return endField();
}

void CsvRecords::readQuoted() {
  const std::uint64_t opened = m_line;
  take();
  for (;;) {
    const int letter = take();
    if (letter == kEnd)
      refuse(opened, "a quote is opened and not closed; close it, or write \"\" for a quote in a text");
    if (letter == '\n') ++m_line;
    if (letter == '"' && peek() != '"') break;
    if (letter == '"') take();
    append(static_cast<char>(letter));
  }
  const int after = peek();
  if (after == m_delimiter || after == '\r' || after == '\n' || after == kEnd) return;
  refuse(m_line, fmt::format("field {} goes on behind its closing quote; write \"\" for a quote in a text",
                             m_ends.size()));
}

void CsvRecords::readPlain() {
  for (int letter = peek(); letter != m_delimiter && letter != '\r' && letter != '\n' && letter != kEnd;
       letter = peek()) {
    append(static_cast<char>(take()));
  }
}

// Takes what ends the field; true when that is a delimiter.
bool CsvRecords::endField() {
  const int letter = take();
  if (letter == m_delimiter) return true;
  if (letter == '\r' && peek() == '\n') take();
  if (letter != kEnd) ++m_line;
  return false;
}

void CsvRecords::append(char letter) {
  if (letter == '\0') refuse(m_line, "holds a zero byte; is this a text file? Save it as UTF-8");
  if (m_text.size() == m_mostRecordBytes) {
    refuse(m_recordLine, fmt::format("is longer than {}; is a quote left open, or are line ends missing?",
                                     sizeInWords(m_mostRecordBytes)));
  }
  m_text.push_back(letter);
}

int CsvRecords::peek() {
  if (m_position == m_filled) refill();
  return m_position < m_filled ? static_cast<unsigned char>(m_buffer[m_position]) : kEnd;
}

int CsvRecords::take() {
  const int letter = peek();
  if (letter != kEnd) ++m_position;
  return letter;
}

void CsvRecords::refill() {
  const auto stream = static_cast<gzFile>(m_stream.get());
  const int got = gzread(stream, m_buffer.data(), kBufferBytes);
  int error = Z_OK;
  const std::string words = gzerror(stream, &error);
  if (got < 0 || error == Z_BUF_ERROR) {
    refuse(m_line,
           error == Z_ERRNO
               ? "cannot be read: " + systemError(errno)
               : "the compressed data is damaged or cut off (gunzip -t says so, too); fetch it again");
  }
  m_position = 0;
  m_filled = static_cast<std::size_t>(got);
}

void CsvRecords::refuse(std::uint64_t line, const std::string& what) const {
  throw Error(ExitCode::badInput, fmt::format("{}, line {}: {}", m_path.string(), line, what));
}

}  // namespace cajal
