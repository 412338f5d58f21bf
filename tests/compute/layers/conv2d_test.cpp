#include "compute/layers/conv2d.h"

#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

// 3 x 3 pixels counting from 1, two kernels of 2 x 2: a value less the one to its lower right, and the sum of
// four. Small whole numbers: every result is exact.
class Conv2DLayer : public testing::Test {
 protected:
  Conv2DLayer() {
    m_layer.bind({{m_weight.data(), m_weightGradient.data()}, {m_bias.data(), m_biasGradient.data()}});
  }

  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Placed m_weight{*m_backend, HostMatrix(2, 4, {1, 0, 0, -1, 1, 1, 1, 1})},
      m_bias{*m_backend, HostMatrix(1, 2, {5, -20})};
  Placed m_weightGradient{*m_backend, HostMatrix(2, 4, 7)}, m_biasGradient{*m_backend, HostMatrix(1, 2, 7)};
  Placed m_input{*m_backend, HostMatrix(1, 9, {1, 2, 3, 4, 5, 6, 7, 8, 9})};
  // (2, 2, 2): pixel by pixel, both channels
  Placed m_delta{*m_backend, HostMatrix(1, 8, {1, 0, 0, 1, 2, 0, 0, -1})};
  Conv2D m_layer{{{{3, 3, 1}, 2, 1, 0, 1}, 2, 1}, Activation::relu};

  Pass pass(bool accumulate = false) { return {*m_backend, true, accumulate, {}}; }
  Flow flow(const Matrix& output = {}) const { return {m_input.matrix(), output, nullptr, nullptr}; }
};

TEST_F(Conv2DLayer, KnowsItsShapes) {
  const Conv2D layer({{{9, 7, 6}, 3, 2, 1, 1}, 4, 2}, Activation::relu);
  EXPECT_EQ(layer.output(), (ExampleShape{5, 4, 4}));
  EXPECT_EQ(layer.parameters()[0].shape, (Shape{{4, 3, 3, 3}}));  // each channel reads its group's three
  EXPECT_EQ(layer.parameters()[1].shape, (Shape{{4}}));
  EXPECT_EQ(layer.parameters()[0].fanIn, 27u);
  EXPECT_EQ(layer.parameters()[0].fanOut, 18u);  // nine places, two channels of the group
  EXPECT_EQ(layer.multiplyAdds(), 5u * 4 * 4 * 27);
}

TEST_F(Conv2DLayer, ForwardByHand) {
  const Placed output(*m_backend, HostMatrix(1, 8));
  m_layer.forward(pass(), flow(output.matrix()), nullptr);
  // 1 - 5 + 5 = 1 everywhere; sums of four 12, 16, 24, 28, less 20, and none below zero.
  EXPECT_EQ(output.read().values, (std::vector<float>{1, 0, 1, 0, 1, 4, 1, 8}));
}

TEST_F(Conv2DLayer, ParameterGradientsByHand) {
  m_layer.backward(pass(), flow(), m_delta.matrix(), {}, nullptr);
  // First kernel: window at (0, 0) once and at (1, 0) twice; second: (0, 1) less (1, 1).
  EXPECT_EQ(m_weightGradient.read().values,
            (std::vector<float>{1 + 8, 2 + 10, 4 + 14, 5 + 16, 2 - 5, 3 - 6, 5 - 8, 6 - 9}));
  EXPECT_EQ(m_biasGradient.read().values, (std::vector<float>{3, 0}));
}

TEST_F(Conv2DLayer, ParameterGradientsAddUpWhereAsked) {
  m_layer.backward(pass(true), flow(), m_delta.matrix(), {}, nullptr);
  EXPECT_EQ(m_weightGradient.read().values, (std::vector<float>{16, 19, 25, 28, 4, 4, 4, 4}));
  EXPECT_EQ(m_biasGradient.read().values, (std::vector<float>{10, 7}));
}

TEST_F(Conv2DLayer, InputGradientByHand) {
  const Placed before(*m_backend, HostMatrix(1, 9, 9));
  const Matrix target = before.matrix();
  m_layer.backward(pass(), flow(), m_delta.matrix(), {Activation::identity, nullptr, nullptr}, &target);
  // First kernel: +1 at (0,0), -1 at (1,1), +2 at (1,0), -2 at (2,1); second: +1 over the four at (0,1), -1
  // over the four at (1,1).
  EXPECT_EQ(before.read().values, (std::vector<float>{1, 1, 1, 2, 1 - 1 - 1, 0, 0, -3, -1}));
}

TEST_F(Conv2DLayer, StridePaddingAndDilationByHand) {
  // Taps two pixels apart, windows two pixels apart, one pixel of zeros around.
  Conv2D layer({{{3, 3, 1}, 2, 2, 1, 2}, 1, 1}, Activation::identity);
  const Placed weight(*m_backend, HostMatrix(1, 4, {1, 10, 100, 1000})), bias(*m_backend, HostMatrix(1, 1));
  layer.bind({{weight.data(), nullptr}, {bias.data(), nullptr}});
  ASSERT_EQ(layer.output(), (ExampleShape{2, 2, 1}));
  const Placed output(*m_backend, HostMatrix(1, 4));
  layer.forward(pass(), flow(output.matrix()), nullptr);
  // Each window has one tap inside, a different one each, and all of them read the pixel in the middle.
  EXPECT_EQ(output.read().values, (std::vector<float>{5000, 500, 50, 5}));
}

TEST_F(Conv2DLayer, GroupsReadTheirOwnChannels) {
  Conv2D layer({{{1, 2, 2}, 1, 1, 0, 1}, 2, 2}, Activation::identity);
  const Placed weight(*m_backend, HostMatrix(2, 1, {10, 100})), bias(*m_backend, HostMatrix(1, 2));
  layer.bind({{weight.data(), nullptr}, {bias.data(), nullptr}});
  const Placed input(*m_backend, HostMatrix(1, 4, {1, 2, 3, 4})), output(*m_backend, HostMatrix(1, 4));
  layer.forward(pass(), {input.matrix(), output.matrix(), nullptr, nullptr}, nullptr);
  EXPECT_EQ(output.read().values, (std::vector<float>{10, 200, 30, 400}));
}

}  // namespace
}  // namespace cajal
