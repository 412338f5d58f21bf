#include "compute/training/curve_meter.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

TEST(CurvePoints, StandAtPowersOfTwoAndThenAtMultiples) {
  std::vector<std::uint64_t> points;
  for (std::uint64_t step = 1; step <= 40; ++step)
    if (isCurvePoint(step, 10)) points.push_back(step);
  EXPECT_EQ(points, (std::vector<std::uint64_t>{1, 2, 4, 8, 10, 20, 30, 40}));
}

TEST(CurvePoints, TheNextOneIsTheFirstThatIsMet) {
  for (const std::uint64_t every : {1, 2, 3, 7, 8, 100}) {
    for (std::uint64_t step = 0; step < 300; ++step) {
      std::uint64_t steps = 1;
      while (!isCurvePoint(step + steps, every)) ++steps;
      ASSERT_EQ(stepsUntilCurvePoint(step, every), steps) << "every " << every << ", step " << step;
    }
  }
}

TEST(CurvePoints, TheNextOneMayBeFarAway) {
  EXPECT_EQ(stepsUntilCurvePoint(1'000'000'001, 1'000'000'000), 999'999'999U);
}

}  // namespace
}  // namespace cajal
