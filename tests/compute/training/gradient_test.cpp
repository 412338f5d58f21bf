// The gradient of a whole network, against finite differences in double.
#include <gtest/gtest.h>

#include "tests/support/double_network.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

struct Case {
  std::vector<std::size_t> widths;
  Activation hidden, output;
  Loss loss;
};

TrainingConfiguration configurationOf(const Case& c) {
  TrainingConfiguration configuration;
  configuration.network = {denseNetwork(c.widths), c.hidden, {c.loss, c.output}, {}};
  configuration.hyperparameters.rule = UpdateRule::gradientDescent;
  configuration.hyperparameters.learningRate =
      0;  // the gradient stays in its arena, the weights where they are
  return configuration;
}

void expectGradients(const Case& c, const DataSet& data) {
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf(c), data, *backend, {});
  trainer.step();
  DoubleNetwork expected(trainer);
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.role != TensorRole::gradient) continue;
    const auto layer = static_cast<std::size_t>(tensor.layer);
    const bool isWeight = tensor.shape.dimensions.size() == 2;
    const std::vector<double> slopes = isWeight ? expected.weightGradient(layer, data.training)
                                                : expected.biasGradient(layer, data.training);
    const std::vector<float> values = trainer.readTensor(tensor);
    ASSERT_EQ(values.size(), slopes.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      // A mean over the batch of a chain of three sums of at most 8 products, all factors near 1 or below;
      // the batch itself is summed in float. The finite difference is good to 1e-10.
      ASSERT_NEAR(values[i], slopes[i], gammaOf(3 * 8 + data.training.count))
          << tensor.name << '[' << i << ']';
    }
  }
}

TEST(Gradient, IsTheSlopeForReluSoftmaxCrossEntropy) {
  expectGradients({{5, 8, 6, 3}, Activation::relu, Activation::softmax, Loss::crossEntropy},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForTanhSigmoidCrossEntropy) {
  expectGradients({{5, 8, 6, 3}, Activation::tanh, Activation::sigmoid, Loss::crossEntropy},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForSigmoidTanhMeanSquared) {
  expectGradients({{5, 8, 6, 3}, Activation::sigmoid, Activation::tanh, Loss::meanSquared},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForSoftmaxMeanSquared) {
  expectGradients({{5, 8, 3}, Activation::tanh, Activation::softmax, Loss::meanSquared},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeWithoutHiddenLayers) {
  expectGradients({{5, 3}, Activation::relu, Activation::softmax, Loss::crossEntropy}, bytesSet(13, 1, 5, 3));
}

TEST(Gradient, OfABatchLargerThanTheScratchIsThatOfTheWholeBatch) {
  // 1024 rows are worked on at a time: 2500 examples are three parts, added up.
  expectGradients({{3, 4, 2}, Activation::tanh, Activation::softmax, Loss::crossEntropy},
                  pointsSet(2500, 1, 3, 2));
}

}  // namespace
}  // namespace cajal
