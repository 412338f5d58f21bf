// Steps that were captured once and launched again: the same bits as steps that were enqueued one by one.
#include <limits>

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
  // Curves of a hundred steps whose gradients agree to some 1e-6 of their size.
  for (std::size_t i = 0; i < cuda.losses.size(); ++i) EXPECT_NEAR(cuda.losses[i], cpu.losses[i], 1e-2);
}

TEST_F(CapturedSteps, EndAtTheGradientThatIsNotFinite) {
  const DataSet data = noisySet();
  TrainingConfiguration configuration = eventfulConfiguration();
  configuration.hyperparameters.learningRate = 1e-3f;
  Trainer trainer(configuration, data, *m_cuda, {});
  trainer.advance(10);
  const TensorView& weight = trainer.network().tensors().front();
  std::vector<float> values = trainer.readTensor(weight);
  values[0] = std::numeric_limits<float>::quiet_NaN();
  trainer.writeTensor(weight, values);
  trainer.advance(40);
  m_cuda->finish();
  trainer.advance(1);  // notices, at the latest
  EXPECT_FALSE(trainer.haltedReason().empty());
  EXPECT_EQ(trainer.stepsDone(), 11u);
  EXPECT_EQ(trainer.state().updateCount.updates, 12u);
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
