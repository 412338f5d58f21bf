#include "compute/data/idx.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <system_error>

#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr std::uint64_t kMostFileBytes = 1ull << 31;  // far above every set that fits a network of ours
constexpr std::uint64_t kMostValues = 1ull << 31;     // bytes once unpacked; the same
constexpr std::uint64_t kMostDeflateRatio =
    1032;  // one byte of DEFLATE cannot become more (zlib's own limit)
constexpr std::size_t kMostDimensions = 4;
constexpr std::size_t kLongestHeader = 4 + 4 * kMostDimensions;  // bytes

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
  throw Error(ExitCode::badInput, fmt::format("{}: {}", name, what));
}

[[noreturn]] void refuseTruncated(const std::string& name, std::uint64_t declared, std::uint64_t present) {
  refuse(name, fmt::format("its header promises {} bytes of values, but only {} are there; the file is cut "
                           "off, fetch it again",
                           declared, present));
}

[[noreturn]] void refuseTrailing(const std::string& name, std::uint64_t declared) {
  refuse(name, fmt::format(
                   "more data follows the {} bytes its header promises; the file is damaged, fetch it again",
                   declared));
}

// ---- a source of bytes: the file itself, or what gzip made of it --------------------------------

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills `into` as far as bytes are left; returns how many it wrote.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  // No more bytes than this can come, whatever the header says.
  virtual std::uint64_t mostBytes() const = 0;
};

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

// Inflates one gzip member, only as far as it is asked to: what a bomb would still hold is never unpacked.
class GzipBytes : public ByteSource {
 public:
  GzipBytes(std::span<const std::uint8_t> bytes, const std::string& name)
      : m_name(name), m_left(bytes), m_size(bytes.size()) {
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
  std::uint64_t mostBytes() const override { return m_size * kMostDeflateRatio; }

 private:
  static uInt clampToUInt(std::size_t count) {
    return static_cast<uInt>(std::min<std::size_t>(count, std::numeric_limits<uInt>::max()));
  }

  std::size_t inflateSome(std::span<std::uint8_t> into) {
    const uInt offered = clampToUInt(m_left.size()), room = clampToUInt(into.size());
    m_stream.next_in = const_cast<Bytef*>(m_left.data());  // zlib only reads it
    m_stream.avail_in = offered;
    m_stream.next_out = into.data();
    m_stream.avail_out = room;
    const int result = inflate(&m_stream, Z_NO_FLUSH);
    m_left = m_left.subspan(offered - m_stream.avail_in);
    if (result == Z_STREAM_END) {
      m_isAtEnd = true;
      if (!m_left.empty()) refuse(m_name, "more data follows the compressed part; fetch it again");
    } else if (result == Z_BUF_ERROR) {
      refuse(m_name, "the compressed data ends too early; the file is cut off, fetch it again");
    } else if (result == Z_MEM_ERROR) {
      throw Error(ExitCode::inputOutput, fmt::format("{}: not enough memory to unpack it", m_name));
    } else if (result != Z_OK) {
      refuse(m_name, "the compressed data is damaged (gunzip -t would say so, too); fetch it again");
    }
    return room - m_stream.avail_out;
  }

  const std::string& m_name;
  std::span<const std::uint8_t> m_left;
  std::uint64_t m_size;
  z_stream m_stream{};
  bool m_isAtEnd = false;
};

bool isGzip(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

std::unique_ptr<ByteSource> openSource(std::span<const std::uint8_t> bytes, const std::string& name) {
  if (isGzip(bytes)) return std::make_unique<GzipBytes>(bytes, name);
  return std::make_unique<PlainBytes>(bytes);
}

// ---- header -------------------------------------------------------------------------------------

const char* typeName(std::uint8_t type) {
  switch (type) {
    case 0x09: return "signed bytes";
    case 0x0B: return "16-bit integers";
    case 0x0C: return "32-bit integers";
    case 0x0D: return "32-bit floats";
    case 0x0E: return "64-bit floats";
    default: return nullptr;
  }
}

void checkType(std::uint8_t type, const std::string& name) {
  if (type == 0x08) return;
  if (const char* words = typeName(type)) {
    refuse(name, fmt::format("holds {} (type 0x{:02X}); only unsigned bytes (0x08) are read, convert it",
                             words, type));
  }
  refuse(name, fmt::format("no IDX type 0x{:02X}; is this an IDX file?", type));
}

std::uint32_t bigEndian(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

void readHeaderBytes(ByteSource& source, std::span<std::uint8_t> into, const std::string& name) {
  if (source.read(into) != into.size())
    refuse(name, "ends within its header; the file is cut off, fetch it again");
}

std::vector<std::uint32_t> readShape(ByteSource& source, const std::string& name) {
  std::array<std::uint8_t, kLongestHeader> header{};
  readHeaderBytes(source, std::span(header).first(4), name);
  if (header[0] != 0 || header[1] != 0)
    refuse(name, "does not begin like an IDX file (two zero bytes); is it the right file?");
  checkType(header[2], name);
  const std::size_t rank = header[3];
  if (rank < 1 || rank > kMostDimensions) {
    refuse(name, fmt::format("has {} dimensions; 1 to {} are read", rank, kMostDimensions));
  }
  readHeaderBytes(source, std::span(header).subspan(4, 4 * rank), name);
  std::vector<std::uint32_t> shape;
  for (std::size_t i = 0; i < rank; ++i) shape.push_back(bigEndian(&header[4 + 4 * i]));
  return shape;
}

// The product of the lengths, refused as soon as it passes what the source can hold: it cannot overflow.
std::uint64_t countValues(const std::vector<std::uint32_t>& shape, const ByteSource& source,
                          const std::string& name) {
  if (std::count(shape.begin(), shape.end(), 0u) != 0) refuse(name, "holds no values (a length is 0)");
  const std::uint64_t room =
      source.mostBytes() - std::min<std::uint64_t>(source.mostBytes(), 4 + 4 * shape.size());
  std::uint64_t count = 1;
  for (const std::uint32_t length : shape) {
    if (count > room / length) {
      refuse(
          name,
          fmt::format(
              "its header promises more values than its {} bytes can hold; the file is cut off or damaged, "
              "fetch it again",
              room));
    }
    count *= length;
  }
  if (count > kMostValues)
    refuse(name, fmt::format("holds {} values; at most {} are read", count, kMostValues));
  return count;
}

// ---- values -------------------------------------------------------------------------------------

// Grows with what really comes, so that a header that lies costs no memory.
std::vector<std::uint8_t> readValues(ByteSource& source, std::uint64_t count, const std::string& name) {
  constexpr std::uint64_t firstPiece = 1 << 20;  // bytes
  std::vector<std::uint8_t> values;
  while (values.size() < count) {
    const std::size_t before = values.size();
    values.resize(std::min(count, std::max<std::uint64_t>(2 * before, firstPiece)));
    const std::size_t got = source.read(std::span(values).subspan(before));
    if (before + got != values.size()) refuseTruncated(name, count, before + got);
  }
  std::array<std::uint8_t, 1> beyond{};
  if (source.read(beyond) != 0) refuseTrailing(name, count);
  return values;
}

// ---- file ---------------------------------------------------------------------------------------

std::vector<std::uint8_t> readBytes(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (exists(status) && !is_regular_file(status)) {
    refuse(name, "is a folder, a pipe or a device; name an IDX file");
  }
  const InputFile input(file);
  if (input.size() == 0) refuse(name, "is empty; fetch it again");
  if (input.size() > kMostFileBytes) {
    refuse(name, fmt::format("has {} bytes; at most {} are read", input.size(), kMostFileBytes));
  }
  std::vector<std::uint8_t> bytes(input.size());
  input.readAt(0, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

}  // namespace

IdxArray readIdx(const std::filesystem::path& file) {
  return parseIdx(readBytes(file), file.string());
}

IdxArray parseIdx(std::span<const std::uint8_t> bytes, const std::string& name) {
  const std::unique_ptr<ByteSource> source = openSource(bytes, name);
  IdxArray array;
  array.shape = readShape(*source, name);
  const std::uint64_t count = countValues(array.shape, *source, name);
  array.values = readValues(*source, count, name);
  return array;
}

}  // namespace cajal
