#pragma once
// PNG pictures, eight bits a channel, sRGB-encoded as on screen. Rows from top to bottom, no gaps.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cajal {

// A picture somebody else owns.
struct PictureView {
  int width = 0;                      // pixels
  int height = 0;                     // pixels
  int channels = 4;                   // bytes a pixel: 3 (RGB) or 4 (RGBA)
  std::span<const std::byte> pixels;  // width * height * channels
};

// One line of text inside the file: {"step", "1200"}. Key: 1 to 79 bytes of Latin-1; value: UTF-8.
struct PngText {
  std::string key;
  std::string value;
};

// What becomes of the fourth byte. What was drawn on a screen is opaque whatever that byte says.
enum class PngAlpha { drop, keep };

// The bytes of the file; fast rather than small: about 20 ms at 1280 x 720.
std::vector<std::byte> encodePng(const PictureView& picture, std::span<const PngText> text = {},
                                 PngAlpha alpha = PngAlpha::drop);

// Throws Error(inputOutput); the old file at `path` then stays.
void writePng(const std::filesystem::path& path, const PictureView& picture,
              std::span<const PngText> text = {}, PngAlpha alpha = PngAlpha::drop);

// A picture read from a file, always RGBA; alpha is 255 where the file has none.
struct PngPicture {
  int width = 0;
  int height = 0;
  std::vector<std::byte> pixels;  // width * height * 4
  std::vector<PngText> text;
  bool isSrgb = false;  // the file says so

  PictureView view() const { return {width, height, 4, pixels}; }
};

// Reads pictures of at most 16384 by 16384 pixels; sixteen-bit ones are refused. Throws Error(inputOutput)
// when the file cannot be read and Error(badInput) when it is no such picture.
PngPicture readPng(const std::filesystem::path& path);

}  // namespace cajal
