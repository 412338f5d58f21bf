// Ranges and edges. Values and slopes of every activation: tests/oracles/formulas_test.cpp.
#include "compute/math/activations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/every_kind.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

class EveryActivation : public testing::TestWithParam<Activation> {};

TEST_P(EveryActivation, ReadsZOnlyWhereItSaysSo) {
  if (needsPreActivation(GetParam())) GTEST_SKIP() << "this one reads z";
  for (const float z : {-2.0f, -0.5f, 0.25f, 3.5f}) {
    const float y = activate(GetParam(), z);
    EXPECT_EQ(derivative(GetParam(), std::nanf(""), y), derivative(GetParam(), z, y)) << z;
  }
}

TEST_P(EveryActivation, NaNStaysNaN) {
  EXPECT_TRUE(std::isnan(activate(GetParam(), std::nanf(""))));
}

TEST_P(EveryActivation, IsFiniteAndInItsRangeFarOut) {
  const Interval range = outputRange(GetParam());
  for (const float z : {-1e4f, -100.0f, -20.0f, -3.0f, 0.0f, 3.0f, 20.0f, 100.0f, 1e4f}) {
    const float y = activate(GetParam(), z);
    EXPECT_TRUE(std::isfinite(y)) << z;
    EXPECT_TRUE(std::isfinite(derivative(GetParam(), z, y))) << z;
    EXPECT_GE(y, range.low) << z;
    EXPECT_LE(y, range.high) << z;
  }
}

TEST_P(EveryActivation, PlotRangeHoldsThePlot) {
  const Interval plot = plotRange(GetParam());
  for (float z = -4; z <= 4; z += 0.5f) {
    EXPECT_GE(activate(GetParam(), z), plot.low);
    EXPECT_LE(activate(GetParam(), z), plot.high);
  }
  EXPECT_LT(plot.low, plot.high);
}

TEST_P(EveryActivation, NameComesBack) {
  EXPECT_EQ(fromName<Activation>(name(GetParam())), GetParam());
  EXPECT_FALSE(displayName(GetParam()).empty());
}

INSTANTIATE_TEST_SUITE_P(Activations, EveryActivation, testing::ValuesIn(elementwiseActivations()),
                         [](const auto& each) {
                           std::string text(name(each.param));
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

TEST(Activations, ReluHasNoSlopeAtZero) {
  EXPECT_EQ(derivative(Activation::relu, 0.0f, activate(Activation::relu, 0.0f)), 0.0f);
}

TEST(Activations, SigmoidSaturatesWithoutOverflow) {
  EXPECT_EQ(sigmoid(1e4f), 1.0f);
  EXPECT_EQ(sigmoid(-1e4f), 0.0f);
  EXPECT_EQ(sigmoid(0.0f), 0.5f);
}

TEST(Activations, SigmoidKeepsSmallProbabilities) {
  // The form 1 / (1 + exp(-z)) would do; 1 - 1 / (1 + exp(z)) would give 0 here.
  EXPECT_NEAR(sigmoid(-30.0f), std::exp(-30.0), 4 * kRounding * std::exp(-30.0));
}

TEST(Activations, SoftplusKeepsSmallValuesAndLargeOnes) {
  EXPECT_NEAR(activate(Activation::softplus, -30.0f), std::exp(-30.0), 4 * kRounding * std::exp(-30.0));
  EXPECT_EQ(activate(Activation::softplus, 1e4f), 1e4f);
}

TEST(Activations, UnknownNamesAreNone) {
  EXPECT_EQ(fromName<Activation>("gilu"), std::nullopt);
  EXPECT_EQ(fromName<Activation>(""), std::nullopt);
  EXPECT_EQ(fromName<Activation>("swish"), Activation::silu);
}

}  // namespace
}  // namespace cajal
