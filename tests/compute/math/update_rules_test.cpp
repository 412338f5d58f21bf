// What PyTorch does not tell (tests/oracles/updates_test.cpp): edges, names, and numbers to be seen at once.
#include "compute/math/update_rules.h"

#include <gtest/gtest.h>

#include "tests/support/every_kind.h"
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

  // The first update, as a backend does it.
  void update(const Hyperparameters& h, float g) {
    const UpdateScale scale = updateScale(h, {}, 0);
    withRule(h.rule, [&]<UpdateRule rule>() { updateParameter<rule>(h, scale, h.l1, w, g, m, v); });
  }
};

class EveryRule : public testing::TestWithParam<UpdateRule> {};

TEST_P(EveryRule, DoesNothingAtRateZero) {
  Hyperparameters h = settings(GetParam());
  h.learningRate = 0;
  Parameter parameter;
  parameter.update(h, 0.5f);
  EXPECT_EQ(parameter.w, 1.0f);
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

INSTANTIATE_TEST_SUITE_P(UpdateRules, EveryRule, testing::ValuesIn(everyRule()),
                         [](const auto& each) { return std::string(name(each.param)); });

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
