// The number of threads changes the time a step takes, and not one bit of what it computes.
#include <gtest/gtest.h>

#include "compute/training/trainer.h"
#include "tests/support/repeated_training.h"

namespace cajal {
namespace {

using namespace test;

// 50 steps of the network people start with, on noise; `change` may do anything between two steps.
template <typename Change>
std::vector<float> weightsAfterTraining(int threads, Change&& change) {
  static const DataSet data = bytesSet(500, 10, 784, 10);
  const auto backend = makeCpuBackend(threads);
  Trainer trainer({}, data, *backend, {});
  for (int step = 0; step < 50; ++step) {
    change(*backend, step);
    trainer.step();
  }
  return parametersOf(trainer);
}

std::vector<float> weightsAfterTraining(int threads) {
  return weightsAfterTraining(threads, [](Backend&, int) {});
}

TEST(Threads, OneTwoAndFourGiveTheSameWeights) {
  const std::vector<float> one = weightsAfterTraining(1);
  EXPECT_EQ(weightsAfterTraining(2), one);
  EXPECT_EQ(weightsAfterTraining(4), one);
}

// Ten steps through every kind of layer, directly convolved and over patches.
std::vector<float> weightsAfterTrainingEveryLayer(int threads) {
  static const DataSet data = bytesSet(200, 10, 12 * 12, 10);
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork(
      "12x12-conv16k3p1-batchnorm-maxpool2-conv16k3p1-conv16k3p2d2g2-add1-avgpool3s2p1-flatten-40-layernorm-"
      "dropout0.25-10");
  configuration.batchSize = 50;
  const auto backend = makeCpuBackend(threads);
  Trainer trainer(configuration, data, *backend, {});
  for (int step = 0; step < 10; ++step) trainer.step();
  return parametersOf(trainer);
}

TEST(Threads, OneTwoAndThreeGiveTheSameWeightsThroughEveryKindOfLayer) {
  const std::vector<float> one = weightsAfterTrainingEveryLayer(1);
  EXPECT_EQ(weightsAfterTrainingEveryLayer(2), one);
  EXPECT_EQ(weightsAfterTrainingEveryLayer(3), one);
}

TEST(Threads, MayChangeWhileTraining) {
  const auto changing = [](Backend& backend, int step) { backend.setThreads(1 + step % 3); };
  EXPECT_EQ(weightsAfterTraining(1, changing), weightsAfterTraining(1));
}

}  // namespace
}  // namespace cajal
