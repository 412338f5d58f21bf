#include "viewer/world/curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cajal {
namespace {

Metrics pointAt(std::uint64_t step) {
  const auto value = static_cast<double>(step);
  return {step, value, 0.5, 2 * value, 0.25};
}

TEST(Curves, FewPointsAreKeptAsTheyCame) {
  Curves curves;
  for (std::uint64_t step = 1; step <= 2000; ++step) curves.add(pointAt(step));
  ASSERT_EQ(curves.points().size(), 2000U);
  for (std::uint64_t step = 1; step <= 2000; ++step) ASSERT_EQ(curves.points()[step - 1].trainLoss, step);
}

TEST(Curves, ALongRunIsKeptWholeInBoundedMemory) {
  Curves curves;
  for (std::uint64_t step = 1; step <= 1'000'000; ++step) {
    curves.add(pointAt(step));
    ASSERT_LE(curves.points().size(), Curves::kMostPoints);
    ASSERT_EQ(curves.points().back().step, step) << "the newest point as it came";
  }
  EXPECT_GE(curves.points().size(), Curves::kMostPoints / 2 - 1);
  EXPECT_LT(curves.points().front().step, 2000U);
  for (std::size_t i = 1; i < curves.points().size(); ++i) {
    const Metrics &before = curves.points()[i - 1], &point = curves.points()[i];
    ASSERT_GT(point.step, before.step);
    ASSERT_LE(point.step - before.step, 2048U) << "a hole";
    // Each of ten halvings and each middle rounds a step down by less than one.
    ASSERT_NEAR(point.trainLoss, static_cast<double>(point.step), 12.0) << "no mean of what lies there";
    ASSERT_NEAR(point.testLoss, 2 * point.trainLoss, 1e-6);
  }
}

TEST(Curves, WhatIsNotFiniteSpoilsNoMean) {
  Curves curves;
  for (std::uint64_t step = 1; step <= 10'000; ++step) {
    Metrics point = pointAt(step);
    if (step % 2 == 0) point.trainLoss = std::numeric_limits<double>::quiet_NaN();
    curves.add(point);
  }
  for (std::size_t i = 0; i + 2 < curves.points().size(); ++i)
    ASSERT_TRUE(std::isfinite(curves.points()[i].trainLoss)) << i;
  EXPECT_TRUE(std::isnan(curves.points().back().trainLoss));
}

TEST(Curves, AResetBeginsThemAnew) {
  Curves curves;
  for (std::uint64_t step = 1; step <= 5000; ++step) curves.add(pointAt(step));
  curves.add(pointAt(1));
  curves.add(pointAt(2));
  ASSERT_EQ(curves.points().size(), 2U);
  EXPECT_EQ(curves.points()[0].step, 1U);
}

}  // namespace
}  // namespace cajal
