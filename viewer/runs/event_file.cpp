#include "viewer/runs/event_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>

#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1u ? crc >> 1 ^ 0x82F63B78u : crc >> 1;
    table[byte] = crc;
  }
  return table;
}();

template <typename Integer>
void putLittleEndian(std::string& out, Integer value) {
  for (std::size_t byte = 0; byte < sizeof value; ++byte)
    out.push_back(static_cast<char>(value >> (8 * byte)));
}

// --- protobuf: a key is field << 3 | wire type; 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes
// ---

void putVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void putBytes(std::string& out, int field, std::string_view bytes) {
  out.push_back(static_cast<char>(field << 3 | 2));
  putVarint(out, bytes.size());
  out.append(bytes);
}

double wallTime() {
  timeval now{};
  gettimeofday(&now, nullptr);
  return static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_usec);
}

std::string event(std::uint64_t step) {
  std::string message;
  message.push_back(1 << 3 | 1);  // wall_time
  putLittleEndian(message, std::bit_cast<std::uint64_t>(wallTime()));
  message.push_back(2 << 3 | 0);  // step
  putVarint(message, step);
  return message;
}

std::string summaryValue(const Scalar& scalar) {
  std::string value;
  putBytes(value, 1, scalar.tag);
  value.push_back(2 << 3 | 5);  // simple_value
  putLittleEndian(value, std::bit_cast<std::uint32_t>(static_cast<float>(scalar.value)));
  return value;
}

std::string hostName() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] ? name : "localhost";
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0u;
  for (const char byte : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFu];
  return ~crc;
}

std::uint32_t maskedCrc32c(std::string_view bytes) {
  return std::rotr(crc32c(bytes), 15) + 0xA282EAD8u;
}

std::string tfRecord(std::string_view data) {
  std::string record;
  putLittleEndian(record, static_cast<std::uint64_t>(data.size()));
  putLittleEndian(record, maskedCrc32c(std::string_view(record).substr(0, 8)));
  record.append(data);
  putLittleEndian(record, maskedCrc32c(data));
  return record;
}

EventFile::EventFile(const std::filesystem::path& folder)
    : m_path(folder / fmt::format("events.out.tfevents.{:010}.{}.{}.0",
                                  static_cast<std::uint64_t>(wallTime()), hostName(), getpid())),
      m_file(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644)) {
  if (!m_file.isOpen()) {
    throw Error(ExitCode::inputOutput,
                fmt::format("{}: {}; name another folder with --out", m_path.string(), systemError(errno)));
  }
  std::string first = event(0);
  putBytes(first, 3, "brain.Event:2");  // file_version
  appendRecord(first);
}

void EventFile::append(std::uint64_t step, std::span<const Scalar> scalars) {
  std::string summary;
  for (const Scalar& scalar : scalars) putBytes(summary, 1, summaryValue(scalar));
  std::string message = event(step);
  putBytes(message, 5, summary);
  appendRecord(message);
}

void EventFile::appendRecord(std::string_view data) {
  if (m_hasFailed) return;
  const std::string record = tfRecord(data);
  const int error = writeAll(m_file.get(), std::as_bytes(std::span(record)));
  if (error == 0) return;
  m_hasFailed = true;
  logError("{}: {}; the curves are no longer written there, the run goes on", m_path.string(),
           systemError(error));
}

}  // namespace cajal
