// The ways of writing digits: what digits.cpp relies on.
#include "compute/data/sets/digit_skeletons.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"

namespace cajal {
namespace {

TEST(DigitSkeletons, EveryDigitHasSeveral) {
  for (int digit = 0; digit < 10; ++digit) EXPECT_GE(skeletonsOf(digit).size(), 3u) << digit;
}

TEST(DigitSkeletons, EveryOneIsChosenSometimes) {
  for (int digit = 0; digit < 10; ++digit) {
    for (const Skeleton& skeleton : skeletonsOf(digit)) EXPECT_GT(skeleton.weight, 0) << digit;
  }
}

TEST(DigitSkeletons, EveryStrokeIsALine) {
  for (int digit = 0; digit < 10; ++digit) {
    for (const Skeleton& skeleton : skeletonsOf(digit)) {
      ASSERT_FALSE(skeleton.strokes.empty()) << digit;
      for (const SkeletonStroke& stroke : skeleton.strokes) EXPECT_GE(stroke.size(), 2u) << digit;
    }
  }
}

TEST(DigitSkeletons, StandsInTheBox) {
  for (int digit = 0; digit < 10; ++digit) {
    for (const Skeleton& skeleton : skeletonsOf(digit)) {
      for (const SkeletonStroke& stroke : skeleton.strokes) {
        for (const SkeletonPoint& point : stroke) {
          EXPECT_GE(point.x, -10) << digit;
          EXPECT_LE(point.x, 110) << digit;
          EXPECT_GE(point.y, 0) << digit;
          EXPECT_LE(point.y, 105) << digit;
        }
      }
    }
  }
}

TEST(DigitSkeletons, OtherDigitsAreABug) {
  EXPECT_THROW(skeletonsOf(-1), Error);
  EXPECT_THROW(skeletonsOf(10), Error);
}

}  // namespace
}  // namespace cajal
