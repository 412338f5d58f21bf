#include "compute/data/readers/idx.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr std::uint64_t kMostFileBytes = 1ull << 31;  // far above every set that fits a network of ours
constexpr std::uint64_t kMostValues = 1ull << 31;     // bytes once unpacked; the same
constexpr std::size_t kMostIdxDimensions = 4;
constexpr std::size_t kLongestHeader = 4 + 4 * kMostIdxDimensions;  // bytes

[[noreturn]] void refuseTruncated(const std::string& name, std::uint64_t declared, std::uint64_t present) {
  refuse(name,
         "its header promises {} bytes of values, but only {} are there; the file is cut "
         "off, fetch it again",
         declared, present);
}

[[noreturn]] void refuseTrailing(const std::string& name, std::uint64_t declared) {
  refuse(name, "more data follows the {} bytes its header promises; the file is damaged, fetch it again",
         declared);
}

// ---- header -------------------------------------------------------------------------------------

// Values of more than a byte are big-endian, as all of the format.
std::optional<ElementType> typeOf(std::uint8_t code) {
  switch (code) {
    case 0x08: return ElementType{ElementKind::unsignedInteger, 1, true};
    case 0x09: return ElementType{ElementKind::signedInteger, 1, true};
    case 0x0B: return ElementType{ElementKind::signedInteger, 2, true};
    case 0x0C: return ElementType{ElementKind::signedInteger, 4, true};
    case 0x0D: return ElementType{ElementKind::floating, 4, true};
    case 0x0E: return ElementType{ElementKind::floating, 8, true};
    default: return std::nullopt;
  }
}

std::uint32_t bigEndian(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

void readHeaderBytes(ByteSource& source, std::span<std::uint8_t> into, const std::string& name) {
  if (source.read(into) != into.size())
    refuse(name, "ends within its header; the file is cut off, fetch it again");
}

ArrayStream readHeader(std::unique_ptr<ByteSource> source, const std::string& name) {
  std::array<std::uint8_t, kLongestHeader> header{};
  readHeaderBytes(*source, std::span(header).first(4), name);
  if (header[0] != 0 || header[1] != 0)
    refuse(name, "does not begin like an IDX file (two zero bytes); is it the right file?");
  const std::optional<ElementType> type = typeOf(header[2]);
  if (!type) refuse(name, "no IDX type 0x{:02X}; is this an IDX file?", header[2]);
  const std::size_t rank = header[3];
  if (rank < 1 || rank > kMostIdxDimensions) {
    refuse(name, "has {} dimensions; 1 to {} are read", rank, kMostIdxDimensions);
  }
  readHeaderBytes(*source, std::span(header).subspan(4, 4 * rank), name);
  ArrayStream array;
  array.name = name;
  array.type = *type;
  array.headerBytes = 4 + 4 * rank;
  for (std::size_t i = 0; i < rank; ++i) array.shape.push_back(bigEndian(&header[4 + 4 * i]));
  array.bytes = std::move(source);
  return array;
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

IdxArray readBytes(ArrayStream array) {
  if (!array.type.isByte()) {
    refuse(array.name, "holds values of type {}; only unsigned bytes are read here, convert it",
           cajal::name(array.type));
  }
  checkShape(array);
  const std::uint64_t count = array.byteCount();
  if (count > kMostValues) refuse(array.name, "holds {} values; at most {} are read", count, kMostValues);
  IdxArray idx;
  idx.shape.assign(array.shape.begin(), array.shape.end());
  idx.values = readValues(*array.bytes, count, array.name);
  return idx;
}

}  // namespace

IdxArray readIdx(const std::filesystem::path& file) {
  ArrayStream array = readHeader(openFile(file), file.string());
  if (const std::uint64_t packed = InputFile(file).size(); packed > kMostFileBytes) {
    refuse(array.name, "has {} bytes; at most {} are read", packed, kMostFileBytes);
  }
  return readBytes(std::move(array));
}

IdxArray parseIdx(std::span<const std::uint8_t> bytes, const std::string& name) {
  return readBytes(readHeader(openBytes(bytes, name), name));
}

ArrayStream openIdx(const std::filesystem::path& file) {
  ArrayStream array = readHeader(openFile(file), file.string());
  checkShape(array);
  if (!isGzipFile(file)) array.place = FilePlace{file, array.headerBytes};
  return array;
}

}  // namespace cajal
