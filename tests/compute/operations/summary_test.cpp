// Summaries of tensors and of what neurons do.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class Summarized : public OperationTest {
 protected:
  Summary of(const std::vector<float>& values) {
    const Placed placed(*m_backend, HostMatrix(1, values.size(), values));
    EXPECT_TRUE(m_backend->takeSummaries({{placed.data(), values.size()}}, {}));
    m_backend->finish();
    return m_backend->pollSummaries().value().ranges.at(0);
  }
  UnitSummary of(Activation activation, const HostMatrix& y) {
    const Placed placed(*m_backend, y);
    EXPECT_TRUE(m_backend->takeSummaries({}, {{{activation, placed.data(), nullptr}, y.rows, y.columns}}));
    m_backend->finish();
    return m_backend->pollSummaries().value().units.at(0);
  }
};

TEST_F(Summarized, FiveNumbersByHand) {
  const Summary summary = of({1, -2, 0, 4, 0});
  EXPECT_EQ(summary.count, 5u);
  EXPECT_EQ(summary.zeros, 2u);
  EXPECT_EQ(summary.minimum, -2);
  EXPECT_EQ(summary.maximum, 4);
  EXPECT_DOUBLE_EQ(summary.mean(), 0.6);
  EXPECT_DOUBLE_EQ(summary.deviation(), std::sqrt(21 / 5.0 - 0.36));
  EXPECT_DOUBLE_EQ(summary.norm(), std::sqrt(21.0));
  EXPECT_DOUBLE_EQ(summary.zeroShare(), 0.4);
}

TEST_F(Summarized, WhatIsNotFiniteIsCountedAndLeftOut) {
  const Summary summary = of({3, kNaN, kInfinity, -kInfinity, -kNaN, 5});
  EXPECT_EQ(summary.nans, 2u);
  EXPECT_EQ(summary.infinities, 2u);
  EXPECT_EQ(summary.finite(), 2u);
  EXPECT_EQ(summary.mean(), 4);
  EXPECT_EQ(summary.minimum, 3);
  EXPECT_EQ(summary.maximum, 5);
}

TEST_F(Summarized, NothingIsNothing) {
  const Summary summary = of({});
  EXPECT_EQ(summary.count, 0u);
  EXPECT_EQ(summary.mean(), 0);
  EXPECT_EQ(summary.deviation(), 0);
}

// Several tiles and an odd end; the exact sums are those of double, one after the other.
TEST_F(Summarized, ManyNumbersAsAPlainLoopHasThem) {
  const HostMatrix values = randomMatrix(37, 1'409, 3, -2, 5);
  const Summary summary = of(values.values);
  Summary plain;
  for (const float value : values.values) plain.add(value);
  EXPECT_EQ(summary.count, plain.count);
  EXPECT_EQ(summary.minimum, plain.minimum);
  EXPECT_EQ(summary.maximum, plain.maximum);
  // Doubles: 52,133 additions of values up to 5, in another order.
  const double n = static_cast<double>(plain.count), rounding = std::numeric_limits<double>::epsilon();
  EXPECT_NEAR(summary.sum, plain.sum, n * rounding * 5 * n);
  EXPECT_NEAR(summary.squares, plain.squares, n * rounding * 25 * n);
}

TEST_F(Summarized, GivesTheSameBits) {
  const HostMatrix values = randomMatrix(64, 1'000, 4, -1, 1);
  expectSameBits([&](Backend&) {
    const Summary summary = of(values.values);
    return std::pair(summary.sum, summary.squares);
  });
}

TEST_F(Summarized, ANeuronThatIsNeverAboveZeroIsDead) {
  //                  alive  dead  alive
  const HostMatrix y = {2,
                        3,
                        {0.5f, 0.0f, 0.0f,  //
                         0.0f, 0.0f, 1.0f}};
  const UnitSummary units = of(Activation::relu, y);
  EXPECT_EQ(units.units, 3u);
  EXPECT_EQ(units.dead, 1u);
  EXPECT_EQ(units.flat, 4u);
  EXPECT_DOUBLE_EQ(units.flatShare(), 4 / 6.0);
  EXPECT_EQ(units.outputs.maximum, 1);
}

TEST_F(Summarized, ASaturatedTanhIsFlatAndALinearNeuronNever) {
  const HostMatrix y = {3, 1, {0.999f, -0.999f, 0.2f}};
  EXPECT_EQ(of(Activation::tanh, y).flat, 2u);
  EXPECT_EQ(of(Activation::tanh, y).dead, 0u);
  EXPECT_EQ(of(Activation::identity, y).flat, 0u);
}

TEST_F(Summarized, DeadIsWhatEveryTileSaysSo) {
  HostMatrix y(5'000, 40, 0);
  y.values[4'999 * 40 + 7] = 1;
  y.values[9] = 1;
  EXPECT_EQ(of(Activation::relu, y).dead, 38u);
}

}  // namespace
}  // namespace cajal
