// Dropout over a training.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/double_network.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

// The whole set is every batch, and the weights stay: whatever differs between two steps is the masks'.
class TrainingWithDropout : public testing::Test {
 protected:
  static TrainingConfiguration configuration(float learningRate) {
    TrainingConfiguration configuration;
    configuration.network.spec = parseNetwork("5-32-dropout0.5-16-dropout0.25-3");
    configuration.hyperparameters.rule = UpdateRule::gradientDescent;
    configuration.hyperparameters.learningRate = learningRate;
    configuration.metricsEvery = 1;
    return configuration;
  }

  DataSet m_data = pointsSet(40, 20, 5, 3);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer{configuration(0), m_data, *m_backend, {}};

  std::vector<double> losses(int steps) {
    for (int step = 0; step < steps; ++step) m_trainer.step();
    std::vector<double> all;
    for (const Metrics& metrics : m_trainer.takeMetrics()) all.push_back(metrics.trainLoss);
    return all;
  }
};

TEST_F(TrainingWithDropout, LossIsThatOfTheMaskedNetwork) {
  const double expected = DoubleNetwork(m_trainer).trainingLoss(m_data.training);
  EXPECT_NEAR(losses(1)[0], expected, gammaOf(40 + 5 + 32 + 16 + 8) * 8);
}

TEST_F(TrainingWithDropout, EveryStepHasMasksOfItsOwn) {
  const std::vector<double> all = losses(5);
  for (std::size_t a = 0; a < all.size(); ++a) {
    // Rounding would tell two orders of the same batch apart by 1e-6.
    for (std::size_t b = 0; b < a; ++b) EXPECT_GT(std::fabs(all[a] - all[b]), 1e-4) << a << ' ' << b;
  }
}

TEST_F(TrainingWithDropout, TheSameSeedDropsTheSame) {
  const std::vector<double> once = losses(5);
  m_trainer.apply(Command{});
  EXPECT_EQ(losses(5), once);
}

TEST_F(TrainingWithDropout, TestsDropNothing) {
  const double expected = DoubleNetwork(m_trainer).meanLoss(m_data.test);
  EXPECT_NEAR(m_trainer.evaluate(Part::test, 20).meanLoss(), expected, gammaOf(5 + 32 + 16 + 8) * 8);
}

TEST_F(TrainingWithDropout, ShownExamplesDropNothing) {
  m_trainer.showExample(Part::test, 7);
  const auto expected = DoubleNetwork(m_trainer).activations(exampleValues(m_data.test, 5, 7));
  for (const TensorView& tensor : m_trainer.network().tensors()) {
    if (tensor.role != TensorRole::activation) continue;
    const std::vector<float> values = m_trainer.readTensor(tensor);
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(values[i], expected[static_cast<std::size_t>(tensor.layer)][i],
                  gammaOf(5 + 32 + 16 + 8) * 8);
  }
}

}  // namespace
}  // namespace cajal
