#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/every_kind.h"
#include "tests/support/one_update.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

// More than two tiles of the CPU's, and no multiple of anything.
constexpr std::size_t kCount = 40'003, kDecayed = 30'001;

// The same text on both sides; fused products may differ in the last bits of numbers near 1. RMSProp's m is a
// quotient by √v, which may be a hundred times as large. CUDA rounds its quotients and roots otherwise, too:
// a dozen roundings of numbers below 16.
constexpr double kOneUpdate = kTestsCuda ? gammaOf(12) * 16 : 1e-6;

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

class Update : public OnTestedBackend<testing::TestWithParam<UpdateRule>> {};
class UpdateOperation : public OperationTest {};

TEST_P(Update, IsTheRuleForEveryParameterAndDecaysTheWeightsOnly) {
  Hyperparameters h = settings(GetParam());
  for (const float clipValue : {0.0f, 0.5f}) {
    h.clipValue = clipValue;
    h.l1 = 0.1f * clipValue;
    Arenas expected;
    const Placed w(*m_backend, expected.w), g(*m_backend, expected.g), m(*m_backend, expected.m),
        v(*m_backend, expected.v);
    updateOnce(*m_backend, h, {5, 0.1}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, false);

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
      const double ofM = std::fmax(1.0, std::fabs(static_cast<double>(expected.m.values[i])));
      ASSERT_NEAR(newW.values[i], expected.w.values[i], kOneUpdate) << i;
      ASSERT_NEAR(newM.values[i], expected.m.values[i], kOneUpdate * ofM) << i;
      ASSERT_NEAR(newV.values[i], expected.v.values[i], kOneUpdate) << i;
    }
  }
}

TEST_P(Update, LeavesTheGradientAlone) {
  const Arenas arenas;
  const Placed w(*m_backend, arenas.w), g(*m_backend, arenas.g), m(*m_backend, arenas.m),
      v(*m_backend, arenas.v);
  updateOnce(*m_backend, settings(GetParam()), {}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed},
             true);
  EXPECT_EQ(g.read().values, arenas.g.values);
}

TEST_P(Update, IsBlockedByOneValueThatIsNotFinite) {
  for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
    for (const std::size_t place : {std::size_t{0}, std::size_t{16'384}, kCount - 1}) {
      Arenas arenas;
      arenas.g.values[place] = poison;
      const Placed w(*m_backend, arenas.w), g(*m_backend, arenas.g), m(*m_backend, arenas.m),
          v(*m_backend, arenas.v);
      const std::uint64_t before = m_backend->blockedUpdates();
      updateOnce(*m_backend, settings(GetParam()), {},
                 {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
      EXPECT_EQ(m_backend->blockedUpdates(), before + 1);
      EXPECT_EQ(w.read().values, arenas.w.values);
      EXPECT_EQ(v.read().values, arenas.v.values);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRule, Update, testing::ValuesIn(everyRule()),
                         [](const auto& each) { return std::string(name(each.param)); });

TEST_F(UpdateOperation, ClipsTheNormOfAllGradientsTogether) {
  Arenas arenas;
  Hyperparameters h;
  h.rule = UpdateRule::sgd;
  h.learningRate = 1;
  h.clipNorm = 0.5f;
  const Placed w(*m_backend, HostMatrix(1, kCount)), g(*m_backend, arenas.g), m(*m_backend, arenas.m),
      v(*m_backend, arenas.v);
  updateOnce(*m_backend, h, {}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
  double squares = 0;
  for (const float value : w.read().values)
    squares += static_cast<double>(value) * static_cast<double>(value);
  // 1,024 squares a lane are added in float before they are in double.
  EXPECT_NEAR(std::sqrt(squares), 0.5, 0.5 * 1024.0 / 16777216.0);
}

TEST_F(UpdateOperation, MovesTheAverageOfEveryValue) {
  const Arenas arenas;
  const Placed w(*m_backend, arenas.w), average(*m_backend, arenas.m);
  m_backend->moveAverage(PlacedState(*m_backend).get(), w.data(), 0.75f, average.data(), kCount);
  const HostMatrix moved = average.read();
  // A quarter of a float is exact: fused or not, the sum is rounded once.
  for (std::size_t i = 0; i < kCount; ++i)
    ASSERT_EQ(moved.values[i], movedAverage(arenas.m.values[i], arenas.w.values[i], 0.75f)) << i;
}

// An update that is enqueued reads the settings that were set last.
TEST_F(UpdateOperation, FollowsTheSettings) {
  const Arenas arenas;
  const Placed w(*m_backend, arenas.w), g(*m_backend, arenas.g), m(*m_backend, arenas.m),
      v(*m_backend, arenas.v);
  Hyperparameters h;
  h.rule = UpdateRule::sgd;
  for (const float learningRate : {1.0f, 0.5f}) {
    h.learningRate = learningRate;
    updateOnce(*m_backend, h, {}, {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, false);
  }
  const HostMatrix moved = w.read();
  for (std::size_t i = 0; i < kCount; ++i)
    ASSERT_NEAR(moved.values[i], arenas.w.values[i] - 1.5f * arenas.g.values[i], gammaOf(4) * 2.5) << i;
}

TEST_F(UpdateOperation, OfSgdLeavesTheMomentsAlone) {
  const Arenas arenas;
  const Placed w(*m_backend, arenas.w), g(*m_backend, arenas.g), m(*m_backend, arenas.m),
      v(*m_backend, arenas.v);
  updateOnce(*m_backend, settings(UpdateRule::sgd), {},
             {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed}, true);
  EXPECT_EQ(m.read().values, arenas.m.values);
  EXPECT_EQ(v.read().values, arenas.v.values);
}

TEST_F(UpdateOperation, LeavesWhatItChanged) {
  const Arenas arenas;
  const Placed w(*m_backend, arenas.w), g(*m_backend, arenas.g), m(*m_backend, HostMatrix(1, kCount)),
      v(*m_backend, HostMatrix(1, kCount)), changes(*m_backend, HostMatrix(1, kCount, 123.0f));
  updateOnce(*m_backend, settings(UpdateRule::adam), {},
             {w.data(), g.data(), m.data(), v.data(), kCount, kDecayed, changes.data()}, false);
  const HostMatrix after = w.read(), changed = changes.read();
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(changed.values[i], after.values[i] - arenas.w.values[i]) << i;
    ASSERT_NE(changed.values[i], 0.0f) << i;
  }
}

}  // namespace
}  // namespace cajal
