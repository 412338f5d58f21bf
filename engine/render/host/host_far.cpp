#include "engine/render/host/host_far.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/render/block_levels.h"
#include "engine/render/host/color.h"
#include "engine/render/host/vector_math.h"

namespace cajal::host {
namespace {

using gpu::kLeastCovered, gpu::kMostCells;

// One direction of the box that a pixel covers, in squares of `side` elements.
struct Stretch {
  float middle, half;  // elements
  float side, size;    // elements; of the whole matrix
  int first, stop, last, stride;

  float begin(int square) const { return side * static_cast<float>(square); }
  float end(int square) const { return std::min(begin(square) + side, size); }
  // The share of the square that the pixel covers.
  float covered(int square) const {
    const float low = std::max(begin(square), middle - half),
                high = std::min(begin(square) + side, middle + half);
    return std::max((high - low) / side, kLeastCovered);
  }
  bool holds(int square) const {
    return std::abs(0.5f * (begin(square) + end(square)) - middle) <=
           std::max(half, 0.5f * (end(square) - begin(square)));
  }
  bool isBorder(int square) const { return square == 0 || square == last; }
};

Stretch stretchOf(float middle, float footprint, float side, std::uint32_t size, bool skips) {
  Stretch stretch{middle, 0.5f * footprint, side, static_cast<float>(size), 0, 0, 0, 1};
  const float last = std::ceil(stretch.size / side) - 1.0f;
  stretch.last = static_cast<int>(last);
  stretch.first = static_cast<int>(clamp(std::floor((middle - stretch.half) / side), 0.0f, last));
  stretch.stop = static_cast<int>(
      clamp(std::floor((middle + stretch.half) / side), static_cast<float>(stretch.first), last));
  if (skips) stretch.stride = (stretch.stop - stretch.first) / kMostCells + 1;
  return stretch;
}

// `blockAt(row, column)` is a gpu::Block, of one element too.
template <typename BlockAt>
float strongest(const Stretch& rows, const Stretch& columns, BlockAt&& blockAt) {
  float least = std::numeric_limits<float>::max(), most = -least;
  for (int row = rows.first; row <= rows.stop; row += rows.stride) {
    const bool isHeldRow = rows.holds(row), isBorderRow = rows.isBorder(row);
    for (int column = columns.first; column <= columns.stop; column += columns.stride) {
      const gpu::Block block = blockAt(row, column);
      if (!isFinite(block.least)) return std::numeric_limits<float>::quiet_NaN();
      if (!isBorderRow && !columns.isBorder(column) && !(isHeldRow && columns.holds(column))) continue;
      least = std::min(least, block.least);
      most = std::max(most, block.most);
    }
  }
  return most >= -least ? most : least;
}

// The share of the pixel that a square covers is the product of what it covers of its row and of its column.
// One value that is not a number makes the result NaN.
template <typename BlockAt>
float meanOf(const Stretch& rows, const Stretch& columns, bool isOfSquares, BlockAt&& blockAt) {
  float squares = 0.0f, sum = 0.0f, count = 0.0f;
  for (int row = rows.first; row <= rows.stop; row += rows.stride) {
    float rowSquares = 0.0f, rowSum = 0.0f, rowCount = 0.0f;
    for (int column = columns.first; column <= columns.stop; column += columns.stride) {
      const gpu::Block block = blockAt(row, column);
      const float covered = columns.covered(column);
      rowSquares += covered * (block.rms * block.rms);
      rowSum += covered * block.mean;
      rowCount += covered;
    }
    const float covered = rows.covered(row);
    squares += covered * rowSquares;
    sum += covered * rowSum;
    count += covered * rowCount;
  }
  return isOfSquares ? std::sqrt(squares / count) * (sum < 0.0f ? -1.0f : 1.0f) : sum / count;
}

template <typename BlockAt>
float shown(gpu::uint reduction, const Stretch& rows, const Stretch& columns, BlockAt&& blockAt) {
  return reduction == gpu::kStrongest ? strongest(rows, columns, blockAt)
                                      : meanOf(rows, columns, reduction == gpu::kRootMeanSquare, blockAt);
}

}  // namespace

float levelUnder(const FarPlane& far, gpu::vec2 cell, gpu::vec2 footprint) {
  const gpu::Plane& plane = far.plane;
  const auto looksAt = [&](float side) { return (footprint.x / side + 1.0f) * (footprint.y / side + 1.0f); };
  const bool areMany = looksAt(1.0f) > gpu::kMostElementsAPixel;
  if (!areMany || !far.blocks) {
    return shown(far.reduction, stretchOf(cell.y, footprint.y, 1.0f, plane.rows, areMany),
                 stretchOf(cell.x, footprint.x, 1.0f, plane.columns, areMany), [&](int row, int column) {
                   const std::size_t element =
                       static_cast<std::size_t>(row) * plane.columns + static_cast<std::size_t>(column);
                   const float value = far.values[element * plane.stride] - plane.middle;
                   return gpu::Block{value, value, value, value};
                 });
  }
  auto side = static_cast<float>(gpu::kBlockSide);
  std::size_t level = 0;
  const auto longest = static_cast<float>(std::max(plane.rows, plane.columns));
  for (; looksAt(side) > gpu::kMostBlocksAPixel && side < longest; side *= 2.0f) ++level;
  const BlockLevels levels{plane.rows, plane.columns};
  const gpu::Block* const blocks = far.blocks + levels.start(level);
  const std::size_t across = levels.across(level);
  return shown(far.reduction, stretchOf(cell.y, footprint.y, side, plane.rows, false),
               stretchOf(cell.x, footprint.x, side, plane.columns, false), [&](int row, int column) {
                 return blocks[static_cast<std::size_t>(row) * across + static_cast<std::size_t>(column)];
               });
}

}  // namespace cajal::host
