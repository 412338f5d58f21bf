#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/host_matrix.h"
#include "tests/support/one_update.h"

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
  Hyperparameters h = settings(GetParam());
  for (const float clipValue : {0.0f, 0.5f}) {
    h.clipValue = clipValue;
    h.l1 = 0.1f * clipValue;
    Arenas expected;
    const Placed w(*backend, expected.w), g(*backend, expected.g), m(*backend, expected.m),
        v(*backend, expected.v);
    updateOnce(*backend, h, {5, 0.1}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, false);

    const UpdateScale scale = updateScale(h, {5, 0.1}, 0);
    withRule(h.rule, [&]<UpdateRule rule>() {
      for (std::size_t i = 0; i < kCount; ++i) {
        updateParameter<rule>(h, i < kDecayed ? scale : withoutPenalty(scale), i < kDecayed ? h.l1 : 0.0f,
                              expected.w.values[i], expected.g.values[i], expected.m.values[i],
                              expected.v.values[i]);
      }
    });
    const HostMatrix newW = w.read(), newM = m.read(), newV = v.read();
    for (std::size_t i = 0; i < kCount; ++i) {
      // The same text; fused products may differ in the last bits of numbers near 1. RMSProp's m is a
      // quotient by √v, which may be a hundred times as large.
      ASSERT_NEAR(newW.values[i], expected.w.values[i], 1e-6) << i;
      ASSERT_NEAR(newM.values[i], expected.m.values[i], 1e-6 * std::fmax(1.0f, std::fabs(newM.values[i])))
          << i;
      ASSERT_NEAR(newV.values[i], expected.v.values[i], 1e-6) << i;
    }
  }
}

TEST_P(Update, LeavesTheGradientAlone) {
  const auto backend = makeCpuBackend(1);
  const Arenas arenas;
  const Placed w(*backend, arenas.w), g(*backend, arenas.g), m(*backend, arenas.m), v(*backend, arenas.v);
  updateOnce(*backend, settings(GetParam()), {}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed},
             true);
  EXPECT_EQ(g.read().values, arenas.g.values);
}

TEST_P(Update, IsBlockedByOneValueThatIsNotFinite) {
  const auto backend = makeCpuBackend(2);
  for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{16'384}, kCount - 1}) {
      Arenas arenas;
      arenas.g.values[place] = poison;
      const Placed w(*backend, arenas.w), g(*backend, arenas.g), m(*backend, arenas.m), v(*backend, arenas.v);
      const std::uint64_t before = backend->blockedUpdates();
      updateOnce(*backend, settings(GetParam()), {},
                 {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
      EXPECT_EQ(backend->blockedUpdates(), before + 1);
      EXPECT_EQ(w.read().values, arenas.w.values);
      EXPECT_EQ(v.read().values, arenas.v.values);
    }
  }
}

std::vector<UpdateRule> everyRule() {
  std::vector<UpdateRule> rules;
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) rules.push_back(static_cast<UpdateRule>(i));
  return rules;
}

INSTANTIATE_TEST_SUITE_P(EveryRule, Update, testing::ValuesIn(everyRule()),
                         [](const auto& each) { return std::string(name(each.param)); });

TEST(ClipNorm, IsTheNormOfAllGradientsTogether) {
  const auto backend = makeCpuBackend(2);
  Arenas arenas;
  Hyperparameters h;
  h.rule = UpdateRule::sgd;
  h.learningRate = 1;
  h.clipNorm = 0.5f;
  const Placed w(*backend, HostMatrix(1, kCount)), g(*backend, arenas.g), m(*backend, arenas.m),
      v(*backend, arenas.v);
  updateOnce(*backend, h, {}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
  double squares = 0;
  for (const float value : w.read().values)
    squares += static_cast<double>(value) * static_cast<double>(value);
  // 1,024 squares a lane are added in float before they are in double.
  EXPECT_NEAR(std::sqrt(squares), 0.5, 0.5 * 1024.0 / 16777216.0);
}

TEST(MoveAverage, MovesEveryValue) {
  const auto backend = makeCpuBackend(2);
  const Placed w(*backend, HostMatrix(1, kCount, 2.0f)), average(*backend, HostMatrix(1, kCount, 1.0f));
  backend->moveAverage(PlacedState(*backend).get(), w.data(), 0.75f, average.data(), kCount);
  EXPECT_EQ(average.read().values, std::vector<float>(kCount, 1.25f));
}

}  // namespace
}  // namespace cajal
