#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

// More than two tiles of the CPU's, and no multiple of anything.
constexpr std::size_t kCount = 40'003, kDecayed = 30'001;

struct Arenas {
  HostMatrix w = randomMatrix(1, kCount, 1), g = randomMatrix(1, kCount, 2), m = randomMatrix(1, kCount, 3),
             v = randomMatrix(1, kCount, 4, 0, 1);
};

Hyperparameters settings(UpdateRule rule) {
  Hyperparameters h;
  h.rule = rule;
  h.learningRate = 0.01f;
  h.weightDecay = 0.1f;
  return h;
}

class Update : public testing::TestWithParam<UpdateRule> {};

TEST_P(Update, IsTheRuleForEveryParameterAndDecaysTheWeightsOnly) {
  const auto backend = makeCpuBackend(2);
  const Hyperparameters h = settings(GetParam());
  Arenas expected;
  const Placed w(*backend, expected.w), g(*backend, expected.g), m(*backend, expected.m),
      v(*backend, expected.v);
  backend->update(h, 5, w.data(), g.data(), m.data(), v.data(), kCount, kDecayed);

  const AdamScale scale = adamScale(h, 5);
  for (std::size_t i = 0; i < kCount; ++i) {
    const float decay = i < kDecayed ? h.weightDecay : 0.0f;
    float &wi = expected.w.values[i], &mi = expected.m.values[i], &vi = expected.v.values[i];
    const float gi = expected.g.values[i];
    if (h.rule == UpdateRule::momentum)
      updateMomentum(h, decay, wi, gi, mi);
    else if (h.rule == UpdateRule::adam)
      updateAdam(h, scale, decay, wi, gi, mi, vi);
    else
      updateSgd(h, decay, wi, gi);
  }
  const HostMatrix newW = w.read(), newM = m.read(), newV = v.read();
  for (std::size_t i = 0; i < kCount; ++i) {
    // The same text; fused products may differ in the last bits of numbers near 1.
    ASSERT_NEAR(newW.values[i], expected.w.values[i], 1e-6) << i;
    ASSERT_NEAR(newM.values[i], expected.m.values[i], 1e-6) << i;
    ASSERT_NEAR(newV.values[i], expected.v.values[i], 1e-6) << i;
  }
}

TEST_P(Update, LeavesTheGradientAlone) {
  const auto backend = makeCpuBackend(1);
  const Arenas arenas;
  const Placed w(*backend, arenas.w), g(*backend, arenas.g), m(*backend, arenas.m), v(*backend, arenas.v);
  backend->update(settings(GetParam()), 1, w.data(), g.data(), m.data(), v.data(), kCount, kDecayed);
  EXPECT_EQ(g.read().values, arenas.g.values);
}

INSTANTIATE_TEST_SUITE_P(EveryRule, Update,
                         testing::Values(UpdateRule::gradientDescent, UpdateRule::sgd, UpdateRule::momentum,
                                         UpdateRule::adam),
                         [](const auto& each) { return std::string(name(each.param)); });

}  // namespace
}  // namespace cajal
