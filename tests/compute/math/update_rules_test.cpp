#include "compute/math/update_rules.h"

#include <gtest/gtest.h>

#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

Hyperparameters settings(UpdateRule rule) {
  Hyperparameters h;
  h.rule = rule;
  h.learningRate = 0.1f;
  h.momentum = 0.5f;
  h.beta2 = 0.75f;
  h.epsilon = 0.125f;
  return h;
}

struct Parameter {
  float w = 1, m = 0, v = 0;
  UpdateCount count;
  bool isWeight = true;

  // One update, as a backend does it.
  void update(const Hyperparameters& h, float g, double norm = 0) {
    UpdateScale scale = updateScale(h, count, norm);
    if (!isWeight) scale = withoutPenalty(scale);
    withRule(h.rule,
             [&]<UpdateRule rule>() { updateParameter<rule>(h, scale, isWeight ? h.l1 : 0.0f, w, g, m, v); });
    count = next(h, count);
  }
};

// The papers' formulas, one step after the other, in double.
struct InDouble {
  double w = 1, m = 0, v = 0, product = 1;
  int t = 0;

  void update(const Hyperparameters& h, double g) {
    ++t;
    const double rate = h.learningRate, mu = h.momentum, b2 = h.beta2, epsilon = h.epsilon;
    switch (h.rule) {
      case UpdateRule::gradientDescent:
      case UpdateRule::sgd: w -= rate * g; break;
      case UpdateRule::momentum:
        m = mu * m + g;
        w -= rate * m;
        break;
      case UpdateRule::nesterov:
        m = mu * m + g;
        w -= rate * (g + mu * m);
        break;
      case UpdateRule::adagrad:
        v += g * g;
        w -= rate * g / (std::sqrt(v) + epsilon);
        break;
      case UpdateRule::rmsprop:
        v = b2 * v + (1 - b2) * g * g;
        m = mu * m + g / (std::sqrt(v) + epsilon);
        w -= rate * m;
        break;
      case UpdateRule::adam:
      case UpdateRule::adamw: {
        m = mu * m + (1 - mu) * g;
        v = b2 * v + (1 - b2) * g * g;
        const double mHat = m / (1 - std::pow(mu, t)), vHat = v / (1 - std::pow(b2, t));
        w -= rate * mHat / (std::sqrt(vHat) + epsilon);
        break;
      }
      case UpdateRule::nadam: {
        const double mu1 = mu * (1 - 0.5 * std::pow(0.96, t * 0.004)),
                     mu2 = mu * (1 - 0.5 * std::pow(0.96, (t + 1) * 0.004));
        product *= mu1;
        m = mu * m + (1 - mu) * g;
        v = b2 * v + (1 - b2) * g * g;
        const double mHat = mu2 * m / (1 - product * mu2) + (1 - mu1) * g / (1 - product);
        w -= rate * mHat / (std::sqrt(v / (1 - std::pow(b2, t))) + epsilon);
        break;
      }
      case UpdateRule::lion: {
        const double c = mu * m + (1 - mu) * g;
        w -= rate * ((c > 0) - (c < 0));
        m = b2 * m + (1 - b2) * g;
        break;
      }
    }
  }
};

class EveryRule : public testing::TestWithParam<UpdateRule> {};

TEST_P(EveryRule, FollowsItsPaperForFiveSteps) {
  const Hyperparameters h = settings(GetParam());
  Parameter parameter;
  InDouble expected;
  int step = 0;
  for (const float g : {0.3f, -0.02f, 4.0f, 0.5f, -1.0f}) {
    parameter.update(h, g);
    expected.update(h, static_cast<double>(g));
    ++step;
    // Numbers below 8, some ten roundings a step, which add up.
    EXPECT_NEAR(parameter.w, expected.w, step * 10 * 8 * kRounding) << "step " << step;
    EXPECT_NEAR(parameter.m, expected.m, step * 10 * 8 * kRounding);
    EXPECT_NEAR(parameter.v, expected.v, step * 10 * 16 * kRounding);
  }
}

TEST_P(EveryRule, DoesNothingAtRateZero) {
  Hyperparameters h = settings(GetParam());
  h.learningRate = 0;
  Parameter parameter;
  parameter.update(h, 0.5f);
  EXPECT_EQ(parameter.w, 1.0f);
}

TEST_P(EveryRule, CoupledDecayIsPartOfTheGradient) {
  if (isDecoupled(settings(GetParam()))) GTEST_SKIP() << "always decoupled";
  Hyperparameters h = settings(GetParam());
  Parameter plain, decayed;
  plain.update(h, 0.7f);  // 0.5 + 0.2 · 1
  h.weightDecay = 0.2f;
  decayed.update(h, 0.5f);
  EXPECT_NEAR(decayed.w, plain.w, 8 * kRounding);
}

TEST_P(EveryRule, DecoupledDecayShrinksTheWeightAndLeavesTheMomentsAlone) {
  Hyperparameters h = settings(GetParam());
  Parameter plain, decayed;
  plain.update(h, 0.5f);
  h.weightDecay = 0.25f;
  h.decoupledDecay = true;
  decayed.update(h, 0.5f);
  EXPECT_NEAR(decayed.w, plain.w - 0.1 * 0.25, 8 * kRounding);
  EXPECT_EQ(decayed.m, plain.m);
  EXPECT_EQ(decayed.v, plain.v);
}

TEST_P(EveryRule, L1PullsTowardsZeroFromBothSides) {
  Hyperparameters h = settings(GetParam());
  h.l1 = 0.25f;
  for (const float w : {1.0f, -1.0f}) {
    Parameter withL1, plain;
    withL1.w = plain.w = w;
    withL1.update(h, 0.5f);
    h.l1 = 0;
    plain.update(h, 0.5f + 0.25f * w);
    h.l1 = 0.25f;
    EXPECT_NEAR(withL1.w, plain.w, 8 * kRounding);
  }
}

TEST_P(EveryRule, BiasesAreNotPenalised) {
  Hyperparameters h = settings(GetParam());
  Parameter plain, bias;
  plain.update(h, 0.5f);
  h.weightDecay = 0.5f;
  h.l1 = 0.5f;
  bias.isWeight = false;
  bias.update(h, 0.5f);
  EXPECT_EQ(bias.w, plain.w);
}

TEST_P(EveryRule, NaNIsNotHidden) {
  Parameter parameter;
  parameter.update(settings(GetParam()), std::nanf(""));
  EXPECT_TRUE(std::isnan(parameter.w));
}

TEST_P(EveryRule, NameComesBackAndHasUsualSettings) {
  EXPECT_EQ(fromName<UpdateRule>(name(GetParam())), GetParam());
  EXPECT_FALSE(displayName(GetParam()).empty());
  const Hyperparameters usual = usualHyperparameters(GetParam());
  EXPECT_EQ(usual.rule, GetParam());
  EXPECT_GT(usual.learningRate, 0.0f);
}

std::vector<UpdateRule> everyRule() {
  std::vector<UpdateRule> rules;
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) rules.push_back(static_cast<UpdateRule>(i));
  return rules;
}

INSTANTIATE_TEST_SUITE_P(UpdateRules, EveryRule, testing::ValuesIn(everyRule()),
                         [](const auto& each) { return std::string(name(each.param)); });

TEST(UpdateRules, ClippingByValueCutsTheGradient) {
  Hyperparameters h = settings(UpdateRule::sgd);
  h.clipValue = 0.25f;
  Parameter above, below, inside;
  above.update(h, 7.0f);
  below.update(h, -7.0f);
  inside.update(h, 0.125f);
  EXPECT_NEAR(above.w, 1 - 0.1 * 0.25, 4 * kRounding);
  EXPECT_NEAR(below.w, 1 + 0.1 * 0.25, 4 * kRounding);
  EXPECT_NEAR(inside.w, 1 - 0.1 * 0.125, 4 * kRounding);
}

TEST(UpdateRules, ClippingByNormScalesWhatIsTooLongAndNothingElse) {
  Hyperparameters h = settings(UpdateRule::sgd);
  h.clipNorm = 2;
  Parameter longer, shorter;
  longer.update(h, 1.0f, 8.0);
  shorter.update(h, 1.0f, 1.5);
  EXPECT_NEAR(longer.w, 1 - 0.1 * 0.25, 8 * kRounding);
  EXPECT_NEAR(shorter.w, 0.9, 4 * kRounding);
}

TEST(UpdateRules, AdamsFirstStepIsTheLearningRateWhateverTheGradient) {
  for (const float gradient : {1e-4f, -1.0f, 1e4f}) {
    Parameter parameter;
    parameter.w = 0;
    const Hyperparameters h;
    parameter.update(h, gradient);
    EXPECT_NEAR(std::fabs(parameter.w), h.learningRate, h.learningRate * 2e-4);  // ε / 1e-4 at the smallest
    EXPECT_EQ(std::signbit(parameter.w), gradient > 0);
  }
}

TEST(UpdateRules, AdamsCorrectionsVanishInTime) {
  const Hyperparameters h;
  const UpdateScale late = updateScale(h, {1'000'000, 1}, 0);
  EXPECT_EQ(late.step, h.learningRate);
  EXPECT_EQ(late.inverseSecond, 1.0f);
}

TEST(UpdateRules, AnAverageMovesByWhatIsLeftOfItsDecay) {
  EXPECT_NEAR(movedAverage(1.0f, 2.0f, 0.75f), 1.25, kRounding);
  EXPECT_EQ(movedAverage(1.0f, 2.0f, 0.0f), 2.0f);
}

TEST(UpdateRules, UnknownNamesAreNone) {
  EXPECT_EQ(fromName<UpdateRule>("lions"), std::nullopt);
}

}  // namespace
}  // namespace cajal
