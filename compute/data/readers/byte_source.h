#pragma once
// Where a reader of files gets its bytes from, piece by piece: a file, what gzip makes of one, or memory.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace cajal {

// One byte of DEFLATE cannot become more than so many (zlib's own limit).
constexpr std::uint64_t kMostDeflateRatio = 1032;

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills `into` as far as bytes are left; returns how many it wrote. Throws Error(badInput) for damaged
  // data, Error(inputOutput) where the file cannot be read.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  // No more bytes than this can come in all, whatever a header says.
  virtual std::uint64_t mostBytes() const = 0;
};

// Bytes in memory, which outlive the source; unpacked where they begin like gzip. `name` is for messages.
std::unique_ptr<ByteSource> openBytes(std::span<const std::uint8_t> bytes, const std::string& name);

// A file, unpacked where it begins like gzip. Throws Error(badInput) for what is no file or empty, without
// waiting for pipes, Error(inputOutput) where it cannot be read.
std::unique_ptr<ByteSource> openFile(const std::filesystem::path& path);

// Whether the file begins with gzip's two bytes.
bool isGzipFile(const std::filesystem::path& path);

}  // namespace cajal
