// Batch normalisation over a training: whose statistics are taken when, and when they are written.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/double_network.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

TrainingConfiguration configurationOf(const char* net) {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork(net);
  configuration.hyperparameters.rule = UpdateRule::gradientDescent;  // every batch is the whole set
  configuration.hyperparameters.learningRate = 0.1f;
  return configuration;
}

// A network that normalises its inputs, so that every batch's statistics are those of the data.
class TrainingWithBatchNorm : public testing::Test {
 protected:
  DataSet m_data = pointsSet(40, 20, 5, 3);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer{configurationOf("5-batchnorm-8-batchnorm-3"), m_data, *m_backend, {}};

  const TensorView& tensor(const std::string& name) const {
    for (const TensorView& view : m_trainer.network().tensors()) {
      if (view.name == name) return view;
    }
    throw std::runtime_error("no tensor " + name);
  }
  std::vector<float> read(const std::string& name) { return m_trainer.readTensor(tensor(name)); }

  std::vector<float> arenas() const {
    std::vector<float> all;
    for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
      const float* values = m_trainer.network().arena(static_cast<ArenaKind>(kind));
      all.insert(all.end(), values, values + m_trainer.network().arenaFloats(static_cast<ArenaKind>(kind)));
    }
    return all;
  }
};

TEST_F(TrainingWithBatchNorm, ForwardPassWritesNoArena) {
  m_trainer.step();
  const std::vector<float> before = arenas();
  std::vector<float> afterForward;
  m_trainer.step([&] { afterForward = arenas(); });
  EXPECT_EQ(afterForward, before);
  EXPECT_NE(arenas(), before);
}

TEST_F(TrainingWithBatchNorm, RunningStatisticsApproachTheDatas) {
  for (int step = 0; step < 3; ++step) m_trainer.step();
  const Values x(m_data.training.floats.begin(), m_data.training.floats.end());
  const std::vector<float> mean = read("layer1.running_mean"), variance = read("layer1.running_variance");
  const double left = std::pow(0.9, 3);  // of the mean 0 and the variance 1 they began with
  for (std::size_t c = 0; c < 5; ++c) {
    const Moments moments = momentsOf(x, columnsOf(40, 5)[c]);
    // Values of at most 1, sums of 40; three moves of four roundings.
    EXPECT_NEAR(mean[c], (1 - left) * moments.mean, gammaOf(40 + 12));
    EXPECT_NEAR(variance[c], left + (1 - left) * moments.variance * 40 / 39, gammaOf(40 + 12) * 2);
  }
}

TEST_F(TrainingWithBatchNorm, ExamplesAreShownUnderTheRunningStatistics) {
  for (int step = 0; step < 20; ++step) m_trainer.step();
  m_trainer.showExample(Part::test, 7);
  const auto expected = DoubleNetwork(m_trainer).activations(exampleValues(m_data.test, 5, 7));
  for (std::size_t l = 1; l < expected.size(); ++l) {
    const std::vector<float> values = read("layer" + std::to_string(l) + ".activation");
    ASSERT_EQ(values.size(), expected[l].size());
    // Sums of at most 8 products and a normalisation in each of four layers, of values below 8.
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_NEAR(values[i], expected[l][i], gammaOf(4 * (8 + 6)) * 8) << l;
  }
}

TEST_F(TrainingWithBatchNorm, TestsTakeTheRunningStatistics) {
  for (int step = 0; step < 20; ++step) m_trainer.step();
  const double expected = DoubleNetwork(m_trainer).meanLoss(m_data.test);
  EXPECT_NEAR(m_trainer.evaluate(Part::test, 20).meanLoss(), expected, gammaOf(4 * (8 + 6)) * 8);
}

TEST_F(TrainingWithBatchNorm, LookingMovesNoStatistics) {
  m_trainer.step();
  const std::vector<float> mean = read("layer3.running_mean");
  m_trainer.evaluate(Part::test, 20);
  m_trainer.showExample(Part::test, 3);
  EXPECT_EQ(read("layer3.running_mean"), mean);
}

TEST_F(TrainingWithBatchNorm, TrainingTakesTheBatchsOwn) {
  const std::vector<float> far(5, 1000.0f);
  const DoubleNetwork expected(m_trainer);
  m_trainer.writeTensor(tensor("layer1.running_mean"), far);
  m_trainer.step();
  EXPECT_NEAR(m_trainer.takeMetrics().front().trainLoss, expected.trainingLoss(m_data.training),
              gammaOf(40 + 4 * (8 + 6)) * 8);
}

TEST_F(TrainingWithBatchNorm, ANanInABatchDoesNotStayInTheRunningStatistics) {
  m_trainer.step();
  const std::vector<float> mean = read("layer1.running_mean"), variance = read("layer1.running_variance");
  m_data.training.floats[2] = std::numeric_limits<float>::quiet_NaN();
  m_trainer.step();
  EXPECT_EQ(read("layer1.running_mean")[2], mean[2]);
  EXPECT_EQ(read("layer1.running_variance")[2], variance[2]);
  EXPECT_NE(read("layer1.running_mean")[1], mean[1]);
}

TEST(BatchNormTraining, SeesABatchAsAWholeThoughItsImagesAreLarge) {
  // 62,000 floats an example: without a batch normalisation such a batch is cut into chunks of 192.
  constexpr std::size_t kImages = 300, kValues = 40 * 40 * 3;
  const DataSet data = bytesSet(kImages, 1, kValues, 2);
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf("40x40x3-batchnorm-conv16k3-2"), data, *backend, {});
  trainer.step();
  Values x(data.training.bytes.begin(), data.training.bytes.end());
  for (double& value : x) value /= 255;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.name != "layer1.running_mean") continue;
    const std::vector<float> mean = trainer.readTensor(tensor);
    for (std::size_t c = 0; c < 3; ++c) {
      // One move from zero; two would leave 0.19 of the mean. Sums of 256 values of at most 1.
      EXPECT_NEAR(mean[c], 0.1 * momentsOf(x, columnsOf(x.size() / 3, 3)[c]).mean, 0.1 * gammaOf(256 + 6));
    }
  }
}

}  // namespace
}  // namespace cajal
