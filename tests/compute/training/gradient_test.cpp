// The gradient of a whole network, against finite differences in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

#include "tests/support/double_network.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

struct Case {
  const char* net;
  Activation hidden;
  Head head;
  // Values that go into a gradient one after the other: the longest sums along the chain, and what the
  // normalisations multiply by.
  std::size_t roundings;
};

TrainingConfiguration configurationOf(const Case& c) {
  TrainingConfiguration configuration;
  configuration.network = {parseNetwork(c.net), c.hidden, c.head, {}};
  configuration.hyperparameters.rule = UpdateRule::gradientDescent;
  configuration.hyperparameters.learningRate =
      0;  // the gradient stays in its arena, the weights where they are
  return configuration;
}

// Scales and shifts begin at 1 and 0, biases at 0, where a mistake could hide.
void disturbParameters(Trainer& trainer) {
  std::uint64_t seed = 1;
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.arena != ArenaKind::parameters || tensor.role == TensorRole::weight) continue;
    std::vector<float> values = trainer.readTensor(tensor);
    const HostMatrix noise = randomMatrix(1, values.size(), ++seed, -0.4f, 0.4f);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += noise.values[i];
    trainer.writeTensor(tensor, values);
  }
}

void expectGradients(const Case& c, const DataSet& data) {
  const auto backend = makeCpuBackend(2);
  Trainer trainer(configurationOf(c), data, *backend, {});
  disturbParameters(trainer);
  DoubleNetwork expected(trainer);
  trainer.step();
  for (const TensorView& tensor : trainer.network().tensors()) {
    if (tensor.role != TensorRole::gradient) continue;
    const std::string parameter = tensor.name.substr(0, tensor.name.rfind('.'));
    const Values slopes = expected.gradient(parameter, data.training);
    const std::vector<float> values = trainer.readTensor(tensor);
    ASSERT_EQ(values.size(), slopes.size());
    EXPECT_TRUE(std::any_of(slopes.begin(), slopes.end(), [](double s) { return s != 0; })) << tensor.name;
    for (std::size_t i = 0; i < values.size(); ++i) {
      // A mean over the batch, itself summed in float, of a chain of sums; all factors near 1 or below. The
      // finite difference is good to 1e-10.
      ASSERT_NEAR(values[i], slopes[i], gammaOf(c.roundings + data.training.count))
          << tensor.name << '[' << i << ']';
    }
  }
}

constexpr Head kClasses = {Loss::crossEntropy, Activation::softmax};

TEST(Gradient, IsTheSlopeForReluSoftmaxCrossEntropy) {
  expectGradients({"5-8-6-3", Activation::relu, kClasses, 24}, pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForTanhSigmoidCrossEntropy) {
  expectGradients({"5-8-6-3", Activation::tanh, {Loss::crossEntropy, Activation::sigmoid}, 24},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForSigmoidTanhMeanSquared) {
  expectGradients({"5-8-6-3", Activation::sigmoid, {Loss::meanSquared, Activation::tanh}, 24},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeForSoftmaxMeanSquared) {
  expectGradients({"5-8-3", Activation::tanh, {Loss::meanSquared, Activation::softmax}, 24},
                  pointsSet(13, 1, 5, 3));
}

TEST(Gradient, IsTheSlopeWithoutHiddenLayers) {
  expectGradients({"5-3", Activation::relu, kClasses, 24}, bytesSet(13, 1, 5, 3));
}

TEST(Gradient, OfABatchLargerThanTheScratchIsThatOfTheWholeBatch) {
  // 1024 rows are worked on at a time: 2500 examples are three parts, added up.
  expectGradients({"3-4-2", Activation::tanh, kClasses, 24}, pointsSet(2500, 1, 3, 2));
  expectGradients({"3-4-dropout0.5-2", Activation::tanh, kClasses, 24}, pointsSet(2500, 1, 3, 2));
}

// Networks of every kind of layer, small enough for a finite difference of every parameter.
struct LayerCase {
  const char* name;
  const char* net;
  std::size_t features;
  std::size_t roundings;
  Activation hidden = Activation::tanh;
};
void PrintTo(const LayerCase& c, std::ostream* out) {
  *out << c.net;
}

const LayerCase kLayerCases[] = {
    {"ConvolutionsAndMaxPool", "6x6x2-conv4k3p1-maxpool2-conv4k3:tanh-3", 72, 100, Activation::relu},
    {"DirectConvolutions", "5x5x2-conv16k3p1-maxpool2-conv16k3p1-3", 50, 400},
    {"Groups", "4x4x4-conv6k3p1g2-conv6k1g3-3", 64, 150},
    {"Dilation", "7x7-conv3k3d2-conv2k2d2-3", 49, 60},
    {"Stride", "7x7x2-conv3k3s2p1-conv4k2s2-3", 98, 60},
    {"OneRowImages", "1x9-conv3k1-flatten-4-3", 9, 40},
    {"AveragePoolWithPadding", "5x5-conv3k2-avgpool3s2p1-conv2k2:tanh-3", 25, 60},
    {"OverlappingMaxPool", "5x5-conv3k2-maxpool3s1p1-3", 25, 100},
    {"PoolFirst", "6x6-avgpool2-flatten-4-3", 36, 40},
    {"BatchNormOfNeurons", "5-8-batchnorm-8-add2-3", 5, 100},
    {"BatchNormOfChannels", "4x4-conv3k3p1-batchnorm-maxpool2-3", 16, 300},
    {"BatchNormFirst", "5-batchnorm-8-3", 5, 100},
    {"LayerNormDropoutAndSum", "5-8-layernorm-dropout0.25-8-add3-3", 5, 100},
    {"LayerNormOfImages", "3x3x2-conv3k3p1-layernorm-3", 18, 150},
    {"DropoutFirst", "5-dropout0.5-8-3", 5, 40},
    {"DropoutTwice", "5-8-dropout0.5-8-dropout0.3-3", 5, 40},
    {"SumWithTheInput", "5-8-5-add2-3", 5, 40},
    {"SumWithTheInputAndMore", "5-5-add1-5-add2-add4-3", 5, 60},
    {"TwoSumsOfOneLayer", "5-6-6-add1-6-add3-3", 5, 60},
    {"SumOfImages", "4x4x2-conv2k3p1-conv2k3p1-add1-maxpool2-3", 32, 150},
    {"SumBehindDropout", "5-6-dropout0.5-6-add1-3", 5, 40},
    {"SumBehindSum", "5-6-6-add1-add2-3", 5, 60},
    {"SumAtTheEnd", "5-3-3-add1", 5, 40},
};

class LayerGradient : public testing::TestWithParam<LayerCase> {};

TEST_P(LayerGradient, IsTheSlope) {
  const LayerCase& c = GetParam();
  expectGradients({c.net, c.hidden, kClasses, c.roundings}, pointsSet(13, 1, c.features, 3));
}

INSTANTIATE_TEST_SUITE_P(Networks, LayerGradient, testing::ValuesIn(kLayerCases),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace cajal
