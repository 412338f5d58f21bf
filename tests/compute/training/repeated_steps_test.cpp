// Many steps at once are the same steps, to the last bit: what a backend that captures steps relies on.
#include <gtest/gtest.h>

#include <limits>

#include "compute/training/trainer.h"
#include "tests/support/repeated_training.h"

namespace cajal {
namespace {

using namespace test;

class RepeatedSteps : public testing::Test {
 protected:
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
};

TEST_F(RepeatedSteps, AreTheStepsOneByOne) {
  const TrainedRun one = trainInBursts(*m_backend, {1}), many = trainInBursts(*m_backend, {7, 1, 40, 2});
  EXPECT_EQ(many.parameters, one.parameters);
  EXPECT_EQ(many.average, one.average);
  EXPECT_EQ(many.rates, one.rates);
  EXPECT_EQ(many.losses, one.losses);
}

TEST_F(RepeatedSteps, TwoTrainingsOnOneBackendKeepTheirOwnClocks) {
  const DataSet data = noisySet();
  Trainer a(eventfulConfiguration(), data, *m_backend, {}), b(eventfulConfiguration(), data, *m_backend, {});
  a.advance(5);
  b.advance(3);
  a.advance(4);
  b.advance(6);
  EXPECT_EQ(a.state().updateCount.updates, b.state().updateCount.updates);
  EXPECT_EQ(parametersOf(a), parametersOf(b));
}

TEST_F(RepeatedSteps, EndAtTheGradientThatIsNotFinite) {
  DataSet data = noisySet();
  Trainer trainer(eventfulConfiguration(), data, *m_backend, {});
  trainer.advance(10);
  data.training.floats.assign(data.training.floats.size(), std::numeric_limits<float>::infinity());
  const std::vector<float> before = parametersOf(trainer);
  const std::vector<float> average = trainer.readAverage();
  trainer.advance(30);
  EXPECT_EQ(trainer.stepsDone(), 11u);
  EXPECT_EQ(parametersOf(trainer), before);
  EXPECT_NE(trainer.haltedReason().find("step 11"), std::string::npos);
  trainer.advance(5);
  EXPECT_EQ(trainer.stepsDone(), 11u);
  // The average moves once more, in the step that is blocked, towards weights that stand still; and not after
  // it.
  // Numbers below 1, and products that may be fused into their sums: one rounding more or less.
  const std::vector<float> moved = trainer.readAverage();
  for (std::size_t i = 0; i < average.size(); ++i)
    EXPECT_NEAR(moved[i], movedAverage(average[i], before[i], trainer.configuration().averageDecay), 1.2e-7);
}

TEST_F(RepeatedSteps, GoOnBehindAHaltOnceACommandWasGiven) {
  DataSet data = noisySet();
  const std::vector<float> good = data.training.floats;
  Trainer trainer(eventfulConfiguration(), data, *m_backend, {});
  trainer.advance(10);
  data.training.floats.assign(good.size(), std::numeric_limits<float>::infinity());
  trainer.advance(3);
  std::copy(good.begin(), good.end(), data.training.floats.begin());
  trainer.apply({"momentum", 0.5});
  trainer.advance(4);
  EXPECT_EQ(trainer.stepsDone(), 15u);
  EXPECT_EQ(trainer.state().updateCount.updates, 16u);
  EXPECT_TRUE(trainer.haltedReason().empty());
}

TEST_F(RepeatedSteps, LeaveWhatTheLastOneChangedWhereThatIsKept) {
  const DataSet data = noisySet();
  Trainer trainer(eventfulConfiguration(), data, *m_backend, {});
  const Network& network = trainer.network();
  const float* const changes = network.arena(ArenaKind::changes);
  trainer.advance(3);
  EXPECT_EQ(changes[0], 0.0f) << "nobody asked";
  trainer.keepChanges(true);
  for (const std::uint64_t steps : {std::uint64_t{1}, std::uint64_t{9}}) {
    if (steps > 1) trainer.advance(steps - 1);
    const std::vector<float> before = parametersOf(trainer);
    trainer.advance(1);
    const std::vector<float> after = parametersOf(trainer);
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(changes[i], after[i] - before[i]) << i;
  }
}

// Whoever looks changes nothing.
TEST_F(RepeatedSteps, AreTheSameWhereTheirChangesAreKept) {
  const DataSet data = noisySet();
  Trainer plain(eventfulConfiguration(), data, *m_backend, {}),
      kept(eventfulConfiguration(), data, *m_backend, {});
  kept.keepChanges(true);
  plain.advance(30);
  kept.advance(30);
  EXPECT_EQ(parametersOf(plain), parametersOf(kept));
}

}  // namespace
}  // namespace cajal
