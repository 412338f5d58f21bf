#pragma once
// Small IDX and MNIST files for tests, made in memory and written where a test wants them.

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace cajal::test {

using Bytes = std::vector<std::uint8_t>;

// An IDX file of `type` with these lengths; the values count 0, 1, 2, … modulo `modulus`.
inline Bytes makeIdx(const std::vector<std::uint32_t>& shape, std::uint32_t modulus,
                     std::uint8_t type = 0x08) {
  Bytes bytes = {0, 0, type, static_cast<std::uint8_t>(shape.size())};
  std::size_t count = 1;
  for (const std::uint32_t length : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(length >> shift));
    count *= length;
  }
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i % modulus));
  return bytes;
}

inline Bytes gzip(const Bytes& plain) {
  z_stream stream{};
  constexpr int gzipFormat = 15 + 16;  // window bits; + 16: gzip's header
  if (deflateInit2(&stream, 9, Z_DEFLATED, gzipFormat, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = const_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return packed;
}

inline void writeBytes(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream stream(file, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace cajal::test
