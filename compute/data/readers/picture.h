#pragma once
// PNG pictures as examples: eight bits a channel, grey or red, green, blue; whatever else they hold is left
// aside.
//
// Read as untrusted input: sizes are limited and checked against the file, damage is refused, and of the
// chunks beside the pixels none is unpacked.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace cajal {

struct PictureForm {
  std::size_t rows = 0, columns = 0;  // pixels, at most 16384
  bool isColoured = false;            // may have pixels that are not grey: RGB, or such a palette

  bool hasSizeOf(const PictureForm& other) const { return rows == other.rows && columns == other.columns; }
};

// Reads no further than the pixels. Throws Error(badInput) for what is no such picture, Error(inputOutput)
// where the file cannot be read. Any thread.
PictureForm readPictureForm(const std::filesystem::path& file);

// pixels: (rows, columns, channels) of `form`, 1 or 3 channels; 1 only where it is not coloured. Sixteen bits
// become the nearest of eight, transparency is dropped. Throws as readPictureForm() does. Any thread.
void readPicture(const std::filesystem::path& file, const PictureForm& form, std::size_t channels,
                 std::span<std::uint8_t> pixels);

}  // namespace cajal
