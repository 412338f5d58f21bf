#pragma once
// Small PNG pictures of every kind for tests, written with libpng itself.

#include <png.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "tests/support/idx_files.h"

namespace cajal::test {

struct PngOptions {
  int kind = PNG_COLOR_TYPE_GRAY;
  int bits = 8;
  bool isInterlaced = false;
  std::vector<std::array<std::uint8_t, 3>> palette{};  // of PNG_COLOR_TYPE_PALETTE
};

inline void appendToBytes(png_structp png, png_bytep data, std::size_t size) {
  Bytes& bytes = *static_cast<Bytes*>(png_get_io_ptr(png));
  bytes.insert(bytes.end(), data, data + size);
}

// values: the rows as PNG stores them: samples of 8 bits, of 16 with the large byte first, or packed.
inline Bytes makePng(std::size_t rows, std::size_t columns, Bytes values, const PngOptions& options = {}) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  Bytes bytes;
  if (setjmp(png_jmpbuf(png)) != 0) throw std::runtime_error("makePng");
  png_set_write_fn(png, &bytes, appendToBytes, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(columns), static_cast<png_uint_32>(rows), options.bits,
               options.kind, options.isInterlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!options.palette.empty()) {
    png_set_PLTE(png, info, reinterpret_cast<png_const_colorp>(options.palette.data()),
                 static_cast<int>(options.palette.size()));
  }
  png_write_info(png, info);
  const int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; ++pass) {
    for (std::size_t row = 0; row < rows; ++row) png_write_row(png, &values[row * values.size() / rows]);
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

// In a folder that is made where it is missing.
inline void writePicture(const std::filesystem::path& file, const Bytes& bytes) {
  std::filesystem::create_directories(file.parent_path());
  writeBytes(file, bytes);
}

}  // namespace cajal::test
