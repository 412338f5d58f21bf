// The two-dimensional sets: their shapes, their labels, their noise.
#include "compute/data/sets/playground.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr PlaygroundShape kShapes[] = {PlaygroundShape::exclusiveOr, PlaygroundShape::circle,
                                       PlaygroundShape::gauss, PlaygroundShape::spiral};

// Coordinate 0 or 1 of point i in Playground's units.
float coordinate(const Examples& part, std::size_t i, std::size_t axis) {
  return part.floats[2 * i + axis] * kPlaygroundUnit;
}

// How many points carry the label that `rule(x, y)` says.
template <typename Rule>
std::size_t countAgreeing(const Examples& part, Rule rule) {
  std::size_t agreeing = 0;
  for (std::size_t i = 0; i < part.count; ++i) {
    agreeing += rule(coordinate(part, i, 0), coordinate(part, i, 1)) == (part.labels[i] == 1);
  }
  return agreeing;
}

bool isSameSign(float x, float y) {
  return x * y >= 0;
}
bool isInInnerDisc(float x, float y) {
  return std::hypot(x, y) < 2.5f;
}

TEST(Playground, HasTwoFeaturesAndTwoClasses) {
  for (const PlaygroundShape shape : kShapes) {
    const DataSet set = makePlayground(shape, 1, 0.1f);
    EXPECT_EQ(set.features, 2u);
    EXPECT_EQ(set.classes, 2u);
    EXPECT_EQ(set.classNames.size(), 2u);
    EXPECT_EQ(set.imageRows, 0u);
    EXPECT_EQ(set.training.count, 4000u);
    EXPECT_EQ(set.training.floats.size(), 8000u);
    EXPECT_EQ(set.training.labels.size(), 4000u);
    EXPECT_EQ(set.test.count, 1000u);
    EXPECT_TRUE(set.training.bytes.empty());
  }
}

TEST(Playground, IsAFunctionOfTheSeed) {
  for (const PlaygroundShape shape : kShapes) {
    EXPECT_EQ(makePlayground(shape, 1, 0.2f).training.floats, makePlayground(shape, 1, 0.2f).training.floats);
    EXPECT_NE(makePlayground(shape, 1, 0.2f).training.floats, makePlayground(shape, 2, 0.2f).training.floats);
  }
}

TEST(Playground, TestPointsAreNotTrainingPoints) {
  for (const PlaygroundShape shape : kShapes) {
    const DataSet set = makePlayground(shape, 1, 0.1f, {100, 100});
    EXPECT_NE(set.training.floats, set.test.floats);
  }
}

TEST(Playground, ASmallerSetIsTheBeginningOfALargerOne) {
  const DataSet small = makePlayground(PlaygroundShape::gauss, 1, 0.1f, {10, 10});
  const DataSet large = makePlayground(PlaygroundShape::gauss, 1, 0.1f, {20, 20});
  EXPECT_TRUE(std::equal(small.test.floats.begin(), small.test.floats.end(), large.test.floats.begin()));
}

TEST(Playground, ClassesAreNearlyEquallyFrequent) {
  for (const PlaygroundShape shape : kShapes) {
    const DataSet set = makePlayground(shape, 1, 0.0f);
    const auto positive = std::count(set.training.labels.begin(), set.training.labels.end(), 1);
    EXPECT_NEAR(static_cast<double>(positive), 2000, 160);  // five standard deviations of 4000 fair coins
  }
}

TEST(Playground, SpreadIsNearOne) {
  for (const PlaygroundShape shape : kShapes) {
    double squares = 0;
    const DataSet set = makePlayground(shape, 1, 0.1f);
    for (const float value : set.training.floats) squares += value * value;
    const double spread = std::sqrt(squares / 8000);
    EXPECT_GT(spread, 0.5);
    EXPECT_LT(spread, 1.5);
  }
}

TEST(Playground, WithoutNoiseTheShapeDecidesTheLabel) {
  const DataSet cross = makePlayground(PlaygroundShape::exclusiveOr, 1, 0);
  EXPECT_EQ(countAgreeing(cross.training, isSameSign), cross.training.count);
  const DataSet circle = makePlayground(PlaygroundShape::circle, 1, 0);
  EXPECT_EQ(countAgreeing(circle.training, isInInnerDisc), circle.training.count);
}

TEST(Playground, NoiseMixesLabels) {
  const DataSet cross = makePlayground(PlaygroundShape::exclusiveOr, 1, 0.5f);
  EXPECT_LT(countAgreeing(cross.training, isSameSign), cross.training.count * 95 / 100);
  const DataSet circle = makePlayground(PlaygroundShape::circle, 1, 0.5f);
  EXPECT_LT(countAgreeing(circle.training, isInInnerDisc), circle.training.count * 95 / 100);
}

TEST(Playground, XorKeepsTheAxesClear) {
  const DataSet set = makePlayground(PlaygroundShape::exclusiveOr, 1, 0.3f);
  for (const float value : set.training.floats) EXPECT_GE(std::abs(value) * kPlaygroundUnit, 0.299f);
}

TEST(Playground, CircleLeavesARingFree) {
  const DataSet set = makePlayground(PlaygroundShape::circle, 1, 0);
  for (std::size_t i = 0; i < set.training.count; ++i) {
    const float radius = std::hypot(coordinate(set.training, i, 0), coordinate(set.training, i, 1));
    EXPECT_TRUE(radius < 2.501f || radius > 3.499f) << radius;
    EXPECT_LT(radius, 5.001f);
  }
}

TEST(Playground, GaussCloudsStandAtTwoAndMinusTwo) {
  const DataSet set = makePlayground(PlaygroundShape::gauss, 1, 0.1f);
  double sum[2] = {};
  for (std::size_t i = 0; i < set.training.count; ++i)
    sum[set.training.labels[i]] += coordinate(set.training, i, 0);
  // 2000 points of deviation 1.1 each: the mean is off by 0.025, five times that is allowed.
  EXPECT_NEAR(sum[1] / 2000, 2, 0.125);
  EXPECT_NEAR(sum[0] / 2000, -2, 0.125);
}

TEST(Playground, SpiralArmsWindOnePointSevenFiveTurns) {
  const DataSet set = makePlayground(PlaygroundShape::spiral, 1, 0);
  for (std::size_t i = 0; i < set.training.count; ++i) {
    const double x = coordinate(set.training, i, 0), y = coordinate(set.training, i, 1);
    const double turn = 1.75 * std::hypot(x, y) / 5 * 2 * std::numbers::pi;
    const double arm = set.training.labels[i] == 1 ? 0 : std::numbers::pi;
    EXPECT_NEAR(x, std::hypot(x, y) * std::sin(turn + arm), 1e-3);
  }
}

TEST(Playground, NoiseOutsideItsRangeIsRefused) {
  for (const float noise : {-0.01f, 0.51f, std::numeric_limits<float>::quiet_NaN()}) {
    try {
      makePlayground(PlaygroundShape::spiral, 1, noise);
      ADD_FAILURE() << "accepted " << noise;
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::usage);
    }
  }
}

}  // namespace
}  // namespace cajal
