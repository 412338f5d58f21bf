#pragma once
// Writing PNG pictures, eight bits a channel, sRGB-encoded as on screen. Rows from top to bottom, no gaps.

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cajal {

// A view of a picture; does not own the pixels.
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

// The bytes of a PNG file without transparency: what was drawn on a screen is opaque, whatever its fourth
// byte says. Fast rather than small: about 20 ms at 1280 x 720. Throws Error(inputOutput) when out of memory.
std::vector<std::byte> encodePng(const PictureView& picture, std::span<const PngText> text = {});

// Throws Error(inputOutput); the old file at `path` then stays.
void writePng(const std::filesystem::path& path, const PictureView& picture,
              std::span<const PngText> text = {});

}  // namespace cajal
