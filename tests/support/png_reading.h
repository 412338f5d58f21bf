#pragma once
// Reads PNG pictures that the program has written, with the reader that is tested in
// compute/data/picture_test.cpp.

#include "compute/data/readers/picture.h"
#include "engine/capture/png.h"
#include "tests/engine/base/temporary_folder.h"

namespace cajal::test {

struct PngPicture {
  int width = 0;                  // pixels
  int height = 0;                 // pixels
  std::vector<std::byte> pixels;  // width * height * 4, RGBA; alpha is 255
  std::vector<PngText> text;

  PictureView view() const { return {width, height, 4, pixels}; }
};

// The lines of text inside the file, which are stored unpacked: length, "iTXt", key, 0, 0, 0, 0, 0, value,
// checksum.
inline std::vector<PngText> textIn(const std::string& file) {
  const auto number = [&](std::size_t at) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(file.at(at + i));
    return value;
  };
  std::vector<PngText> text;
  for (std::size_t at = 8; at + 12 <= file.size(); at += 12 + number(at)) {
    if (file.compare(at + 4, 4, "iTXt") != 0) continue;
    const std::string key = file.c_str() + at + 8;
    text.push_back({key, file.substr(at + 8 + key.size() + 5, number(at) - key.size() - 5)});
  }
  return text;
}

inline PngPicture readPng(const std::filesystem::path& path) {
  const PictureForm form = readPictureForm(path);
  std::vector<std::uint8_t> rgb(form.rows * form.columns * 3);
  readPicture(path, form, 3, rgb);
  PngPicture picture{static_cast<int>(form.columns), static_cast<int>(form.rows), {}, textIn(readText(path))};
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    picture.pixels.push_back(static_cast<std::byte>(rgb[i]));
    if (i % 3 == 2) picture.pixels.push_back(std::byte{255});
  }
  return picture;
}

}  // namespace cajal::test
