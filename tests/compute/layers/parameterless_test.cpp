#include "compute/layers/parameterless.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

class ParameterlessLayer : public testing::Test {
 protected:
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);

  Pass pass(bool isTraining = true) { return {*m_backend, isTraining, false, {1, 2, 0, 0, 0}}; }

  std::vector<float> forward(const Layer& layer, const HostMatrix& input, bool isTraining = true,
                             const Matrix* second = nullptr) {
    const Placed x(*m_backend, input), y(*m_backend, HostMatrix(input.rows, layer.output().count(), 9));
    layer.forward(pass(isTraining), {x.matrix(), y.matrix(), nullptr, nullptr}, second);
    return y.read().values;
  }

  // The layer before ends in a ReLU, of which `input` are the outputs.
  std::vector<float> backward(const Layer& layer, const HostMatrix& input, const HostMatrix& delta,
                              bool isTraining = true) {
    const Placed x(*m_backend, input), d(*m_backend, delta);
    const Placed before(*m_backend, HostMatrix(input.rows, input.columns, 9));
    const Matrix target = before.matrix();
    layer.backward(pass(isTraining), {x.matrix(), {}, nullptr, nullptr}, d.matrix(),
                   {Activation::relu, x.data(), nullptr}, &target);
    return before.read().values;
  }
};

// 2 x 4 pixels of one channel, in two windows.
TEST_F(ParameterlessLayer, MaxPoolByHand) {
  const Pool layer({PoolKind::maximum, {{2, 4, 1}, 2, 2, 0, 1}});
  const HostMatrix input(1, 8, {1, 2, 0, 0, 4, 3, 0, 0});
  EXPECT_EQ(forward(layer, input), (std::vector<float>{4, 0}));
  // The second window's winner is 0, where ReLU has no slope.
  EXPECT_EQ(backward(layer, input, HostMatrix(1, 2, {5, 6})), (std::vector<float>{0, 0, 0, 0, 5, 0, 0, 0}));
}

TEST_F(ParameterlessLayer, AveragePoolByHand) {
  const Pool layer({PoolKind::average, {{2, 4, 1}, 2, 2, 0, 1}});
  const HostMatrix input(1, 8, {1, 2, 8, 0, 4, 5, 8, 8});
  EXPECT_EQ(forward(layer, input), (std::vector<float>{3, 6}));
  EXPECT_EQ(backward(layer, input, HostMatrix(1, 2, {4, 8})), (std::vector<float>{1, 1, 2, 0, 1, 1, 2, 2}));
}

TEST_F(ParameterlessLayer, PoolsWorkChannelByChannel) {
  const Pool layer({PoolKind::maximum, {{1, 2, 2}, 1, 2, 0, 1}});
  ASSERT_EQ(layer.output(), (ExampleShape{1, 1, 2}));
  EXPECT_EQ(forward(layer, HostMatrix(1, 4, {1, 2, 3, 4})), (std::vector<float>{1, 2}));
  const Pool both({PoolKind::maximum, {{2, 2, 2}, 2, 2, 0, 1}});
  EXPECT_EQ(forward(both, HostMatrix(1, 8, {1, 8, 3, 6, 5, 4, 7, 2})), (std::vector<float>{7, 8}));
}

TEST_F(ParameterlessLayer, FlattenKeepsTheOrder) {
  const Flatten layer({2, 1, 2});
  const HostMatrix input(1, 4, {1, 2, 0, 4});
  EXPECT_EQ(layer.output(), (ExampleShape{1, 1, 4}));
  EXPECT_EQ(forward(layer, input), input.values);
  EXPECT_EQ(backward(layer, input, HostMatrix(1, 4, {5, 6, 7, 8})), (std::vector<float>{5, 6, 0, 8}));
}

TEST_F(ParameterlessLayer, ResidualByHand) {
  const Residual layer({1, 1, 3}, 2, Activation::relu);
  const HostMatrix input(1, 3, {1, 0, 3});
  const Placed second(*m_backend, HostMatrix(1, 3, {10, 20, -30}));
  const Matrix other = second.matrix();
  EXPECT_EQ(layer.skip(), 2u);
  EXPECT_EQ(forward(layer, input, true, &other), (std::vector<float>{11, 20, 0}));
  EXPECT_EQ(backward(layer, input, HostMatrix(1, 3, {5, 6, 7})), (std::vector<float>{5, 0, 7}));
}

TEST_F(ParameterlessLayer, DropoutByHand) {
  const Dropout layer({1, 1, 8}, 0.75f, 3);
  const HostMatrix input(1, 8, {1, 2, 3, 4, 5, 6, 7, 8});
  const std::vector<float> output = forward(layer, input);
  const DropoutBlock block = dropoutBlock({1, 2, 3, 0, 0.75f}, 0);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(output[i], block.keeps(i) ? 4 * input.values[i] : 0) << i;
}

TEST_F(ParameterlessLayer, DropoutDropsTheSameGoingBack) {
  const Dropout layer({1, 1, 100}, 0.5f, 3);
  const HostMatrix ones(7, 100, 1);
  const std::vector<float> output = forward(layer, ones);
  EXPECT_GT(std::count(output.begin(), output.end(), 0.0f), 0);
  EXPECT_GT(std::count(output.begin(), output.end(), 2.0f), 0);
  EXPECT_EQ(backward(layer, ones, ones), output);
}

TEST_F(ParameterlessLayer, DropoutsOfOneNetworkHaveMasksOfTheirOwn) {
  const HostMatrix ones(7, 100, 1);
  EXPECT_NE(forward(Dropout({1, 1, 100}, 0.5f, 3), ones), forward(Dropout({1, 1, 100}, 0.5f, 4), ones));
}

TEST_F(ParameterlessLayer, DropoutPassesEverythingWhereNothingIsTrained) {
  const HostMatrix input = randomMatrix(7, 100, 1);
  EXPECT_EQ(forward(Dropout({1, 1, 100}, 0.5f, 3), input, false), input.values);
}

}  // namespace
}  // namespace cajal
