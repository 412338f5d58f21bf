// Steps that were captured once and launched again: the same bits as steps that were enqueued one by one.
#include "tests/support/cuda_test.h"
#include "tests/support/repeated_training.h"

namespace cajal {
namespace {

using namespace test;

class CapturedSteps : public CudaTest {};

TEST_F(CapturedSteps, AreTheStepsOneByOne) {
  const TrainedRun one = trainInBursts(*m_cuda, {1}), many = trainInBursts(*m_cuda, {7, 1, 40, 2});
  EXPECT_EQ(many.parameters, one.parameters);
  EXPECT_EQ(many.average, one.average);
  EXPECT_EQ(many.rates, one.rates);
  EXPECT_EQ(many.losses, one.losses);
}

TEST_F(CapturedSteps, FollowTheCpus) {
  const TrainedRun cuda = trainInBursts(*m_cuda, {25}), cpu = trainInBursts(*m_cpu, {25});
  EXPECT_EQ(cuda.rates, cpu.rates);
  ASSERT_EQ(cuda.losses.size(), cpu.losses.size());
  // NAdam divides by √v: a gradient near zero may take a whole step one way or the other. The curve, a mean
  // over hundreds of examples, moves by less than a hundredth of where it begins, ln 3.
  for (std::size_t i = 0; i < cuda.losses.size(); ++i) EXPECT_NEAR(cuda.losses[i], cpu.losses[i], 1e-2);
}

TEST_F(CapturedSteps, EndAtTheGradientThatIsNotFinite) {
  const DataSet data = noisySet();
  TrainingConfiguration configuration = eventfulConfiguration();
  configuration.hyperparameters.learningRate = 1e-3f;
  Trainer trainer(configuration, data, *m_cuda, {});
  expectToEndAtAPoisonedWeight(trainer);
}

// Whatever a step enqueues otherwise than before: its average, its measuring, its batch, its changes,
// and a run that begins anew.
TEST_F(CapturedSteps, AreCapturedAnewWhereAStepIsAnother) {
  const std::vector<Command> commands = {{"average", 0.0},
                                         {"average", 0.5},
                                         {"average", 0.75},
                                         {"on-nonfinite", "pass"},
                                         {"clip-norm", 0.0},
                                         {"clip-norm", 2.0},
                                         {"batch", 33},
                                         {"optimizer", "gd"},
                                         {"optimizer", "momentum"},
                                         {},
                                         {"lr", 0.01}};
  const DataSet data = noisySet();
  Trainer one(eventfulConfiguration(), data, *m_cuda, {}), many(eventfulConfiguration(), data, *m_cuda, {});
  for (const Command& command : commands) {
    for (int i = 0; i < 20; ++i) one.advance(1);
    many.advance(20);
    ASSERT_EQ(parametersOf(many), parametersOf(one)) << command.name;
    ASSERT_EQ(many.readAverage(), one.readAverage()) << command.name;
    one.apply(command);
    many.apply(command);
    one.keepChanges(command.name == "average");
    many.keepChanges(command.name == "average");
  }
  EXPECT_EQ(many.stepsDone(), 20u) << "since the reset";
}

TEST_F(CapturedSteps, SlidersCaptureNothingAnew) {
  int captures = 0;
  const std::uint64_t shape = m_cuda->nextStepShape();
  for (int burst = 0; burst < 3; ++burst) m_cuda->repeat(shape, 20, [&] { ++captures; });
  // Once as it is, once for one, sixteen times for sixteen.
  EXPECT_EQ(captures, 1 + 1 + 16);
}

}  // namespace
}  // namespace cajal
