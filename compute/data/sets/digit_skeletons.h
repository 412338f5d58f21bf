#pragma once
// The ways people write each digit, as the path of the pen: a few strokes, each a list of points that a
// smooth curve runs through. Drawn for this program; digits.cpp varies them.
//
// Space: a glyph stands in a box about 70 wide and 100 high, x to the right, y down, (0, 0) at the top left.

#include <vector>

namespace cajal {

struct SkeletonPoint {
  float x, y;             // hundredths of the glyph's height
  bool isCorner = false;  // the pen changes direction here; elsewhere the curve is smooth
};

using SkeletonStroke = std::vector<SkeletonPoint>;  // at least two points

// One way of writing a digit.
struct Skeleton {
  float weight;  // how often it is chosen, relative to the others of the same digit
  std::vector<SkeletonStroke> strokes;
};

// All the ways of writing `digit` (0 … 9); never empty, lives as long as the program.
const std::vector<Skeleton>& skeletonsOf(int digit);

}  // namespace cajal
