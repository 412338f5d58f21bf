// The pen: where its ink lands, and how the picture is framed.
#include "compute/data/sets/pen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace cajal {
namespace {

std::uint8_t pixel(const DigitPicture& picture, int row, int column) {
  return picture[static_cast<std::size_t>(row * kDigitSide + column)];
}

struct InkBounds {
  int left = kDigitSide, top = kDigitSide, right = -1, bottom = -1;  // pixels, inclusive
};

InkBounds inkBounds(const DigitPicture& picture) {
  InkBounds bounds;
  for (int row = 0; row < kDigitSide; ++row) {
    for (int column = 0; column < kDigitSide; ++column) {
      if (pixel(picture, row, column) == 0) continue;
      bounds.left = std::min(bounds.left, column);
      bounds.right = std::max(bounds.right, column);
      bounds.top = std::min(bounds.top, row);
      bounds.bottom = std::max(bounds.bottom, row);
    }
  }
  return bounds;
}

std::vector<PenPoint> line(float x0, float y0, float x1, float y1, float radius) {
  return {{x0, y0, radius, true}, {x1, y1, radius, false}};
}

TEST(Pen, AnUprightLineFillsTwentyRows) {
  const InkBounds bounds = inkBounds(drawFramed(line(0, 0, 0, 1, 1.5f), {}));
  EXPECT_EQ(bounds.bottom - bounds.top + 1, kInkSide);
}

TEST(Pen, ALyingLineFillsTwentyColumns) {
  const InkBounds bounds = inkBounds(drawFramed(line(0, 0, 1, 0, 1.5f), {}));
  EXPECT_EQ(bounds.right - bounds.left + 1, kInkSide);
}

TEST(Pen, TheMiddleOfTheInkIsPixelFourteen) {
  // An even number of inked rows cannot be centred on a pixel: half a pixel to either side.
  const InkBounds bounds = inkBounds(drawFramed(line(0, 0, 0, 1, 1.5f), {}));
  EXPECT_NEAR((bounds.left + bounds.right) / 2.0, 14, 0.51);
  EXPECT_NEAR((bounds.top + bounds.bottom) / 2.0, 14, 0.51);
}

TEST(Pen, TheUnitOfThePathDoesNotMatter) {
  EXPECT_EQ(drawFramed(line(0, 0, 8, 16, 1.5f), {}), drawFramed(line(64, 32, 64.5f, 33, 1.5f), {}));
}

TEST(Pen, TheMiddleOfALineIsBlackAndItsEdgeGrey) {
  const DigitPicture picture = drawFramed(line(0, 0, 0, 1, 1.75f), {});  // 3.5 pixels wide
  const int left = inkBounds(picture).left;
  EXPECT_NEAR(pixel(picture, 14, left), 0.75 * 255, 1);  // three quarters of it lie under the line
  EXPECT_EQ(pixel(picture, 14, left + 1), 255);
  EXPECT_EQ(pixel(picture, 14, left + 2), 255);
}

TEST(Pen, ADarkInkMakesAThinLineDarker) {
  const auto ink = [](const DigitPicture& picture) {
    return std::accumulate(picture.begin(), picture.end(), 0);
  };
  EXPECT_GT(ink(drawFramed(line(0, 0, 0, 1, 0.6f), {.darkness = 1.5f})),
            ink(drawFramed(line(0, 0, 0, 1, 0.6f), {.darkness = 1.0f})));
}

TEST(Pen, NothingIsDrawnWhileThePenIsInTheAir) {
  std::vector<PenPoint> twoLines = line(0, 0, 0, 1, 1.5f);
  const std::vector<PenPoint> second = line(1, 0, 1, 1, 1.5f);
  twoLines.insert(twoLines.end(), second.begin(), second.end());
  EXPECT_EQ(pixel(drawFramed(twoLines, {}), 14, 14), 0);  // between the two
}

TEST(Pen, TheHeavierSideComesNearerToTheMiddle) {
  // An L: heavy at the left and at the bottom, so the empty side reaches further from the middle.
  const std::vector<PenPoint> path = {{0, 0, 1.5f, true}, {0, 1, 1.5f, false}, {1, 1, 1.5f, false}};
  const InkBounds bounds = inkBounds(drawFramed(path, {}));
  EXPECT_LT(14 - bounds.left, bounds.right - 14 - 4);
  EXPECT_LT(bounds.bottom - 14, 14 - bounds.top - 4);
}

TEST(Pen, APointIsADot) {
  const InkBounds bounds = inkBounds(drawFramed(line(3, 3, 3, 3, 2), {}));
  EXPECT_NEAR((bounds.left + bounds.right) / 2.0, 14, 0.51);
  EXPECT_GE(bounds.right, bounds.left);
}

}  // namespace
}  // namespace cajal
