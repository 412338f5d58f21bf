#include "compute/math/update_rules.h"

#include <gtest/gtest.h>

#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

Hyperparameters settings() {
  Hyperparameters h;
  h.learningRate = 0.1f;
  h.momentum = 0.5f;
  return h;
}

// Kingma & Ba 2015, algorithm 1, line by line.
struct AdamInDouble {
  double w, m = 0, v = 0;
  int t = 0;

  void update(double g, double rate, double beta1, double beta2, double epsilon) {
    ++t;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const double unbiasedM = m / (1 - std::pow(beta1, t));
    const double unbiasedV = v / (1 - std::pow(beta2, t));
    w -= rate * unbiasedM / (std::sqrt(unbiasedV) + epsilon);
  }
};

TEST(UpdateRules, SgdByHand) {
  float w = 1;
  updateSgd(settings(), 0, w, 0.5f);
  EXPECT_NEAR(w, 0.95, 4 * kRounding);
}

TEST(UpdateRules, WeightDecayAddsToTheGradient) {
  float w = 1;
  updateSgd(settings(), 0.2f, w, 0.5f);  // 1 - 0.1 (0.5 + 0.2 · 1)
  EXPECT_NEAR(w, 0.93, 4 * kRounding);
}

TEST(UpdateRules, MomentumByHand) {
  float w = 1, m = 0;
  updateMomentum(settings(), 0, w, 1.0f, m);
  EXPECT_NEAR(w, 0.9, 4 * kRounding);
  updateMomentum(settings(), 0, w, 1.0f, m);  // m = 0.5 · 1 + 1
  EXPECT_EQ(m, 1.5f);
  EXPECT_NEAR(w, 0.75, 8 * kRounding);
}

TEST(UpdateRules, ThreeStepsOfAdamFollowThePaper) {
  const Hyperparameters h;  // the paper's own: 1e-3, 0.9, 0.999, 1e-8
  float w = 0.5f, m = 0, v = 0;
  AdamInDouble expected{0.5};
  const float gradients[] = {0.3f, -0.02f, 4.0f};
  for (int t = 1; t <= 3; ++t) {
    updateAdam(h, adamScale(h, static_cast<std::uint64_t>(t)), 0, w, gradients[t - 1], m, v);
    expected.update(gradients[t - 1], h.learningRate, h.momentum, h.beta2, h.epsilon);
    // w is rounded once a step, and each step of at most 1e-3 ten times; 1 - β₂ itself loses 1e-3 / u bits.
    EXPECT_NEAR(w, expected.w, t * (kRounding + 1e-3 * 10 * kRounding * 100)) << "step " << t;
    EXPECT_NEAR(m, expected.m, 10 * kRounding * std::fabs(expected.m) + 1e-9);
    EXPECT_NEAR(v, expected.v, 100 * kRounding * std::fabs(expected.v) + 1e-9);
  }
}

TEST(UpdateRules, AdamsFirstStepIsTheLearningRateWhateverTheGradient) {
  Hyperparameters h;
  for (const float gradient : {1e-4f, -1.0f, 1e4f}) {
    float w = 0, m = 0, v = 0;
    updateAdam(h, adamScale(h, 1), 0, w, gradient, m, v);
    EXPECT_NEAR(std::fabs(w), h.learningRate, h.learningRate * 2e-4);  // ε / 1e-4 at the smallest
    EXPECT_EQ(std::signbit(w), gradient > 0);
  }
}

TEST(UpdateRules, AdamsCorrectionsVanishInTime) {
  const Hyperparameters h;
  const AdamScale late = adamScale(h, 1'000'000);
  EXPECT_EQ(late.step, h.learningRate);
  EXPECT_EQ(late.inverseSecond, 1.0f);
}

TEST(UpdateRules, NamesComeBack) {
  for (const UpdateRule rule :
       {UpdateRule::gradientDescent, UpdateRule::sgd, UpdateRule::momentum, UpdateRule::adam}) {
    EXPECT_EQ(updateRuleFromName(name(rule)), rule);
    EXPECT_FALSE(displayName(rule).empty());
    EXPECT_GT(usualLearningRate(rule), 0.0f);
  }
  EXPECT_EQ(updateRuleFromName("lion"), std::nullopt);
}

}  // namespace
}  // namespace cajal
