#pragma once
// The levels of a matrix's blocks (shaders/shared/scene.h), as shaders/include/blocks.glsl counts them.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "shaders/shared/scene.h"

namespace cajal {

struct BlockLevels {
  std::size_t rows = 0, columns = 0;  // of the matrix, elements

  static std::size_t side(std::size_t level) { return std::size_t{gpu::kBlockSide} << level; }  // elements
  std::size_t down(std::size_t level) const { return (rows + side(level) - 1) / side(level); }  // blocks
  std::size_t across(std::size_t level) const { return (columns + side(level) - 1) / side(level); }

  // Up to the one block that holds the whole matrix.
  std::size_t count() const {
    std::size_t levels = 1;
    while (down(levels - 1) * across(levels - 1) > 1) ++levels;
    return levels;
  }
  // Blocks of all levels below this one.
  std::size_t start(std::size_t level) const {
    std::size_t blocks = 0;
    for (std::size_t below = 0; below < level; ++below) blocks += down(below) * across(below);
    return blocks;
  }
  std::size_t blocks() const { return start(count()); }
  // Those at the lower and right edge may hold fewer than a square.
  float elementsIn(std::size_t level, std::size_t row, std::size_t column) const {
    return static_cast<float>(std::min(side(level), rows - row * side(level)) *
                              std::min(side(level), columns - column * side(level)));
  }
  std::size_t tileRows() const { return (rows + gpu::kTileSide - 1) / gpu::kTileSide; }
};

}  // namespace cajal
