#include "compute/layers/dense.h"

#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

// 2 inputs, 3 outputs, ReLU, small whole numbers: every result is exact.
class DenseLayer : public testing::Test {
 protected:
  DenseLayer() {
    m_layer.bind({{m_weight.data(), m_weightGradient.data()}, {m_bias.data(), m_biasGradient.data()}});
  }

  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Placed m_weight{*m_backend, HostMatrix(3, 2, {1, 2, -3, 4, 0, -1})},
      m_bias{*m_backend, HostMatrix(1, 3, {1, 0, 2})};
  Placed m_weightGradient{*m_backend, HostMatrix(3, 2, 7)}, m_biasGradient{*m_backend, HostMatrix(1, 3, 7)};
  Placed m_input{*m_backend, HostMatrix(2, 2, {1, 1, 2, 0})};
  Placed m_delta{*m_backend, HostMatrix(2, 3, {1, 0, -1, 2, 1, 0})};
  Dense m_layer{{1, 1, 2}, 3, Activation::relu};

  Pass pass(bool accumulate = false) { return {*m_backend, true, accumulate, {}}; }
  Flow flow(const Matrix& output = {}) const { return {m_input.matrix(), output, nullptr, nullptr}; }
};

TEST_F(DenseLayer, KnowsItsShapes) {
  const std::vector<ParameterSpec> parameters = m_layer.parameters();
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].shape, (Shape{{3, 2}}));
  EXPECT_EQ(parameters[1].shape, (Shape{{3}}));
  EXPECT_EQ(m_layer.output().count(), 3u);
}

TEST_F(DenseLayer, ForwardByHand) {
  const Placed output(*m_backend, HostMatrix(2, 3));
  m_layer.forward(pass(), flow(output.matrix()), nullptr);
  // z = (1+2+1, -3+4, -1+2), (2+1, -6, 2)
  EXPECT_EQ(output.read().values, (std::vector<float>{4, 1, 1, 3, 0, 2}));
}

TEST_F(DenseLayer, ParameterGradientsByHand) {
  m_layer.backward(pass(), flow(), m_delta.matrix(), {}, nullptr);
  EXPECT_EQ(m_weightGradient.read().values, (std::vector<float>{5, 1, 2, 0, -1, -1}));
  EXPECT_EQ(m_biasGradient.read().values, (std::vector<float>{3, 1, -1}));
}

TEST_F(DenseLayer, ParameterGradientsAddUpWhereAsked) {
  m_layer.backward(pass(true), flow(), m_delta.matrix(), {}, nullptr);
  EXPECT_EQ(m_weightGradient.read().values, (std::vector<float>{12, 8, 9, 7, 6, 6}));
  EXPECT_EQ(m_biasGradient.read().values, (std::vector<float>{10, 8, 6}));
}

TEST_F(DenseLayer, InputGradientByHand) {
  const Placed before(*m_backend, HostMatrix(2, 2, 9));
  const Matrix target = before.matrix();
  m_layer.backward(pass(), flow(), m_delta.matrix(), {Activation::relu, m_input.data()}, &target);
  // delta W = (1, 3), (-1, 8); the last input is 0, where ReLU has no slope.
  EXPECT_EQ(before.read().values, (std::vector<float>{1, 3, -1, 0}));
}

}  // namespace
}  // namespace cajal
