#include "compute/math/activations.h"

#include <gtest/gtest.h>

#include "tests/support/double_formulas.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

constexpr Activation kElementwise[] = {Activation::identity, Activation::sigmoid, Activation::tanh,
                                       Activation::relu};

double inDouble(Activation activation, double z) {
  return activateInDouble(activation, {z})[0];
}

TEST(Activations, AgreeWithTheFormulaInDouble) {
  for (const Activation activation : kElementwise) {
    for (float z = -9.875f; z < 10; z += 0.25f) {
      // exp or tanh to two units in the last place, then at most two roundings; the values are below 10.
      EXPECT_NEAR(activate(activation, z), inDouble(activation, z),
                  6 * kRounding * std::fmax(1.0, std::fabs(z)))
          << name(activation) << " at " << z;
    }
  }
}

TEST(Activations, DerivativeIsTheSlope) {
  for (const Activation activation : kElementwise) {
    for (float z = -4.875f; z < 5; z += 0.25f) {
      double at = z;
      const double expected = slope([&] { return inDouble(activation, at); }, at);
      // y within 4 u, then y (1 - y) or 1 - y²: the error of y at most doubled, two roundings of values
      // below 1.
      EXPECT_NEAR(derivativeFromOutput(activation, activate(activation, z)), expected, 10 * kRounding)
          << name(activation) << " at " << z;
    }
  }
}

TEST(Activations, ReluHasNoSlopeAtZero) {
  EXPECT_EQ(derivativeFromOutput(Activation::relu, activate(Activation::relu, 0.0f)), 0.0f);
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

TEST(Activations, NaNStaysNaN) {
  for (const Activation activation : kElementwise) {
    EXPECT_TRUE(std::isnan(activate(activation, std::nanf("")))) << name(activation);
  }
}

TEST(Activations, NamesComeBack) {
  for (const Activation activation :
       {Activation::identity, Activation::sigmoid, Activation::tanh, Activation::relu, Activation::softmax}) {
    EXPECT_EQ(activationFromName(name(activation)), activation);
    EXPECT_FALSE(displayName(activation).empty());
  }
  EXPECT_EQ(activationFromName("gelu"), std::nullopt);
  EXPECT_EQ(activationFromName(""), std::nullopt);
}

}  // namespace
}  // namespace cajal
