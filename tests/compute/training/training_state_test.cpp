// A copied state is the whole state: a training that begins from it does what the copied training did,
// whatever it did itself before.
#include <gtest/gtest.h>

#include "tests/support/repeated_training.h"

namespace cajal {
namespace {

using namespace test;

class CopiedState : public testing::Test {
 protected:
  // Each on a backend of its own, which keeps the sums.
  Trainer make() {
    return Trainer(eventfulConfiguration(), m_data, *m_backends.emplace_back(makeCpuBackend(1)), {});
  }
  static std::vector<double> valuesOf(const std::vector<Metrics>& points) {
    std::vector<double> values;
    for (const Metrics& point : points) {
      values.insert(values.end(), {static_cast<double>(point.step), point.trainLoss, point.trainAccuracy,
                                   point.testLoss, point.testAccuracy});
    }
    return values;
  }
  static void poison(Trainer& trainer) {
    const TensorView& weight = trainer.network().tensors().front();
    std::vector<float> values = trainer.readTensor(weight);
    values[0] = std::numeric_limits<float>::quiet_NaN();
    trainer.writeTensor(weight, values);
  }

  DataSet m_data = noisySet();
  std::vector<std::unique_ptr<Backend>> m_backends;
};

// Points stand at 16, 32, 48: the state is copied five steps behind one.
TEST_F(CopiedState, GivesTheSamePointsAsATrainingThatWasNotInterrupted) {
  Trainer whole = make();
  whole.advance(21);
  whole.takeMetrics();
  const TrainingState state = whole.state();
  whole.advance(30);
  Trainer other = make();
  other.advance(7);  // and has sums and points of its own
  other.restore(state);
  other.advance(30);
  EXPECT_EQ(valuesOf(other.takeMetrics()), valuesOf(whole.takeMetrics()));
  EXPECT_EQ(parametersOf(other), parametersOf(whole));
  EXPECT_EQ(other.readAverage(), whole.readAverage());
}

TEST_F(CopiedState, CopyingItChangesNothing) {
  Trainer copied = make(), left = make();
  for (int i = 0; i < 40; ++i) {
    copied.advance(1);
    left.advance(1);
    copied.state();
  }
  EXPECT_EQ(valuesOf(copied.takeMetrics()), valuesOf(left.takeMetrics()));
  EXPECT_EQ(parametersOf(copied), parametersOf(left));
}

TEST_F(CopiedState, ATrainingThatHaltedGoesOnFromIt) {
  Trainer trainer = make();
  trainer.advance(10);
  const TrainingState state = trainer.state();
  poison(trainer);
  trainer.advance(5);
  ASSERT_FALSE(trainer.haltedReason().empty());
  trainer.restore(state);
  EXPECT_TRUE(trainer.haltedReason().empty());
  trainer.advance(30);
  EXPECT_EQ(trainer.stepsDone(), 40U);
  Trainer whole = make();
  whole.advance(40);
  EXPECT_EQ(parametersOf(trainer), parametersOf(whole));
}

TEST_F(CopiedState, NothingThatWasSeenBeforeIsLeft) {
  Trainer trainer = make();
  const TrainingState start = trainer.state();
  trainer.requestHealth();
  trainer.advance(20);
  ASSERT_NE(trainer.health(), nullptr);
  trainer.restore(start);
  EXPECT_EQ(trainer.health(), nullptr);
  EXPECT_TRUE(trainer.takeMetrics().empty());
  EXPECT_EQ(trainer.stepsDone(), 0U);
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.arena != ArenaKind::gradients) continue;
    for (const float value : trainer.readTensor(tensor)) ASSERT_EQ(value, 0.0f) << tensor.name;
  }
}

TEST_F(CopiedState, HoldsSettingsThatCommandsHaveChanged) {
  Trainer trainer = make();
  trainer.advance(3);
  trainer.apply({"batch", std::int64_t{33}});
  trainer.apply({"schedule", "constant"});
  const TrainingState state = trainer.state();
  Trainer other = make();
  other.restore(state);
  EXPECT_EQ(other.effectiveBatchSize(), 33U);
  EXPECT_EQ(other.configuration().schedule.kind, ScheduleKind::constant);
  EXPECT_EQ(other.counters().commands, trainer.counters().commands);
}

TEST_F(CopiedState, HasTheRateOfTheLastStepWhereAScheduleIsFollowed) {
  Trainer trainer = make();
  for (int i = 0; i < 5; ++i) {
    trainer.advance(3);
    const float rate = scheduledRate(trainer.configuration().schedule, trainer.stepsDone() - 1);
    EXPECT_EQ(trainer.counters().settings.hyperparameters.learningRate, rate);
    EXPECT_EQ(trainer.state().counters.settings.hyperparameters.learningRate, rate);
  }
}

TEST_F(CopiedState, ASliderThatIsDraggedInAPausedTrainingIsOneCommand) {
  Trainer trainer = make();
  trainer.advance(3);
  for (int i = 0; i < 1000; ++i) trainer.apply({"momentum", i / 1000.0});
  trainer.apply({"beta2", 0.875});
  trainer.apply({"momentum", 0.25});
  trainer.advance(1);
  trainer.apply({"momentum", 0.75});
  const std::vector<LoggedCommand> expected = {{3, {"momentum", 999 / 1000.0}},
                                               {3, {"beta2", 0.875}},
                                               {3, {"momentum", 0.25}},
                                               {4, {"momentum", 0.75}}};
  EXPECT_EQ(trainer.counters().commands, expected);
}

}  // namespace
}  // namespace cajal
