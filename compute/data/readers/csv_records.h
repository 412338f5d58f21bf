#pragma once
// The records of a CSV file, one after the other, as RFC 4180 has them: fields may be quoted, "" is a quote
// within quotes, and a quoted field may hold line ends. Commas, semicolons or tabs, found out from the first
// lines; LF, CR LF or CR; with or without UTF-8's mark in front; plain or gzip.
//
// Read in pieces: only one record at a time is in memory, and none above 64 MB.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

constexpr std::size_t kMostRecordBytes = 64 << 20;  // 64 MB: a table's line is far shorter
constexpr std::size_t kMostFields = 1'000'000;

class CsvRecords {
 public:
  // Throws Error(inputOutput) where the file cannot be read, Error(badInput) where it is empty or no text.
  explicit CsvRecords(std::filesystem::path file, std::size_t mostRecordBytes = kMostRecordBytes);

  // Goes to the next record; false behind the last one. Blank lines are passed over. Throws Error(badInput)
  // naming file and line.
  bool next();
  // Of the record; valid until the next one.
  const std::vector<std::string_view>& fields() const { return m_fields; }
  std::uint64_t line() const { return m_recordLine; }  // where the record begins, from 1
  char delimiter() const { return m_delimiter; }

 private:
  static constexpr int kEnd = -1;

  int peek();
  int take();
  void refill();
  bool readRecord();
  bool readField();
  void readQuoted();
  void readPlain();
  bool endField();
  void append(char letter);
  [[noreturn]] void refuse(std::uint64_t line, const std::string& what) const;

  std::filesystem::path m_path;
  std::size_t m_mostRecordBytes;
  std::unique_ptr<void, void (*)(void*)> m_stream;  // zlib's gzFile: reads plain files, too
  std::vector<char> m_buffer;
  std::size_t m_position = 0, m_filled = 0;  // in m_buffer
  char m_delimiter = ',';
  std::uint64_t m_line = 1, m_recordLine = 1;
  std::string m_text;               // the record's fields without quotes, one after the other
  std::vector<std::size_t> m_ends;  // of each field in m_text
  std::vector<std::string_view> m_fields;
};

// The delimiter of these first lines: the one that every line has equally often, else the most frequent.
char sniffDelimiter(std::string_view text);

}  // namespace cajal
