#include "compute/data/readers/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>
#include <utility>

#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

class PlainBytes : public ByteSource {
 public:
  explicit PlainBytes(std::span<const std::uint8_t> bytes) : m_left(bytes), m_mostBytes(bytes.size()) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t count = std::min(into.size(), m_left.size());
    std::copy_n(m_left.begin(), count, into.begin());
    m_left = m_left.subspan(count);
    return count;
  }
  std::uint64_t mostBytes() const override { return m_mostBytes; }

 private:
  std::span<const std::uint8_t> m_left;
  std::uint64_t m_mostBytes;
};

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(InputFile file) : m_file(std::move(file)) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), mostBytes() - m_place));
    m_file.readAt(m_place, std::as_writable_bytes(into.first(count)));
    m_place += count;
    return count;
  }
  std::uint64_t mostBytes() const override { return m_file.size(); }

 private:
  InputFile m_file;
  std::uint64_t m_place = 0;
};

// Inflates one gzip member, only as far as it is asked to: what a bomb would still hold is never unpacked.
class GzipBytes : public ByteSource {
 public:
  GzipBytes(std::unique_ptr<ByteSource> packed, std::string name)
      : m_name(std::move(name)), m_packed(std::move(packed)) {
    constexpr int gzipOnly = 15 + 16;  // window bits; + 16: expect gzip's header and check its sum
    if (inflateInit2(&m_stream, gzipOnly) != Z_OK) throw Error(ExitCode::bug, "zlib did not start");
  }
  ~GzipBytes() override { inflateEnd(&m_stream); }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;

  std::size_t read(std::span<std::uint8_t> into) override {
    std::size_t done = 0;
    while (done < into.size() && !m_isAtEnd) {
      done += inflateSome(into.subspan(done));
    }
    return done;
  }
  std::uint64_t mostBytes() const override {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return m_packed->mostBytes() > most / kMostDeflateRatio ? most
                                                            : m_packed->mostBytes() * kMostDeflateRatio;
  }

 private:
  void fetch() {
    if (m_stream.avail_in > 0) return;
    m_stream.next_in = m_buffer.data();
    m_stream.avail_in = static_cast<uInt>(m_packed->read(m_buffer));
  }

  std::size_t inflateSome(std::span<std::uint8_t> into) {
    const auto room = static_cast<uInt>(std::min<std::size_t>(into.size(), std::numeric_limits<uInt>::max()));
    fetch();
    m_stream.next_out = into.data();
    m_stream.avail_out = room;
    const int result = inflate(&m_stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      m_isAtEnd = true;
      fetch();
      if (m_stream.avail_in > 0) refuse(m_name, "more data follows the compressed part; fetch it again");
    } else if (result == Z_BUF_ERROR) {
      refuse(m_name, "the compressed data ends too early; the file is cut off, fetch it again");
    } else if (result == Z_MEM_ERROR) {
      throw Error(ExitCode::inputOutput, fmt::format("{}: not enough memory to unpack it", m_name));
    } else if (result != Z_OK) {
      refuse(m_name, "the compressed data is damaged (gunzip -t would say so, too); fetch it again");
    }
    return room - m_stream.avail_out;
  }

  std::string m_name;
  std::unique_ptr<ByteSource> m_packed;
  std::array<std::uint8_t, 1 << 16> m_buffer{};  // packed, and not yet asked for
  z_stream m_stream{};
  bool m_isAtEnd = false;
};

bool isGzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

bool isGzip(const InputFile& file) {
  std::array<std::uint8_t, 2> start{};
  if (file.size() < start.size()) return false;
  file.readAt(0, std::as_writable_bytes(std::span(start)));
  return isGzip(start);
}

InputFile openRegular(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (exists(status) && !is_regular_file(status))
    refuse(path.string(), "is a folder, a pipe or a device; name a file");
  InputFile file(path);
  if (file.size() == 0) refuse(path.string(), "is empty; fetch it again");
  return file;
}

std::unique_ptr<ByteSource> unpacked(std::unique_ptr<ByteSource> source, bool isPacked,
                                     const std::string& name) {
  if (!isPacked) return source;
  return std::make_unique<GzipBytes>(std::move(source), name);
}

}  // namespace

std::unique_ptr<ByteSource> openBytes(std::span<const std::uint8_t> bytes, const std::string& name) {
  return unpacked(std::make_unique<PlainBytes>(bytes), isGzip(bytes), name);
}

std::unique_ptr<ByteSource> openFile(const std::filesystem::path& path) {
  InputFile file = openRegular(path);
  const bool isPacked = isGzip(file);
  return unpacked(std::make_unique<FileBytes>(std::move(file)), isPacked, path.string());
}

bool isGzipFile(const std::filesystem::path& path) {
  return isGzip(openRegular(path));
}

}  // namespace cajal
