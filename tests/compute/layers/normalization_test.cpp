#include "compute/layers/normalization.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/host_matrix.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

void expectFloats(const std::vector<float>& values, const std::vector<float>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  // Whole numbers but for 1/1000, which is not a float: a few roundings of values near 1, or of the result.
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i], 4 * kRounding * std::fmax(1.0f, std::fabs(expected[i]))) << i;
  }
}

// Values 1000 and 3000: mean 2000, deviation 1000, beside which epsilon is nothing. Standardised they are -1
// and 1.
class NormLayer : public testing::Test {
 protected:
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Pass pass(bool isTraining = true, bool accumulate = false) {
    return {*m_backend, isTraining, accumulate, {}};
  }
};

class BatchNormLayer : public NormLayer {
 protected:
  BatchNormLayer() {
    m_layer.bind({{m_scale.data(), m_scaleGradient.data()},
                  {m_shift.data(), m_shiftGradient.data()},
                  {m_mean.data(), nullptr},
                  {m_variance.data(), nullptr}});
  }

  // Two images of two pixels, one channel.
  Placed m_input{*m_backend, HostMatrix(2, 2, {1000, 1000, 3000, 3000})};
  Placed m_scale{*m_backend, HostMatrix(1, 1, 2)}, m_shift{*m_backend, HostMatrix(1, 1, 1)};
  Placed m_mean{*m_backend, HostMatrix(1, 1, 1000)}, m_variance{*m_backend, HostMatrix(1, 1, 250'000)};
  Placed m_scaleGradient{*m_backend, HostMatrix(1, 1, 7)}, m_shiftGradient{*m_backend, HostMatrix(1, 1, 7)};
  Placed m_output{*m_backend, HostMatrix(2, 2)}, m_kept{*m_backend, HostMatrix(1, 2)};
  Placed m_delta{*m_backend, HostMatrix(2, 2, {1000, 0, 0, 0})};
  BatchNorm m_layer{{1, 2, 1}, Activation::relu};

  Flow flow() const { return {m_input.matrix(), m_output.matrix(), nullptr, m_kept.data()}; }
};

TEST_F(BatchNormLayer, HasRunningStatisticsBesideWhatItLearns) {
  const std::vector<ParameterSpec> parameters = BatchNorm({4, 4, 3}, Activation::relu).parameters();
  ASSERT_EQ(parameters.size(), 4u);
  for (const ParameterSpec& parameter : parameters) EXPECT_EQ(parameter.shape, (Shape{{3}}));
  EXPECT_EQ(parameters[0].role, TensorRole::scale);
  EXPECT_EQ(parameters[0].start, Start::one);
  EXPECT_EQ(parameters[2].role, TensorRole::statistic);
  EXPECT_EQ(parameters[3].start, Start::one);
}

TEST_F(BatchNormLayer, ForwardByHand) {
  m_layer.forward(pass(), flow(), nullptr);
  // 2 (-1) + 1 and 2 (1) + 1, and none below zero.
  expectFloats(m_output.read().values, {0, 0, 3, 3});
}

TEST_F(BatchNormLayer, TakesTheRunningStatisticsWhereNothingIsTrained) {
  m_layer.forward(pass(false), flow(), nullptr);
  // Mean 1000, deviation 500: 2 · 0 + 1 and 2 · 4 + 1.
  expectFloats(m_output.read().values, {1, 1, 9, 9});
}

TEST_F(BatchNormLayer, GradientsByHand) {
  const Placed before(*m_backend, HostMatrix(2, 2, 9));
  const Matrix target = before.matrix();
  m_layer.forward(pass(), flow(), nullptr);
  m_layer.backward(pass(), flow(), m_delta.matrix(), {Activation::relu, m_input.data(), nullptr}, &target);
  // Means of dz and of dz x̂: 250 and -250; then 2 / 1000 (dz - 250 + 250 x̂).
  expectFloats(before.read().values, {1, -1, 0, 0});
  expectFloats(m_scaleGradient.read().values, {-1000});
  expectFloats(m_shiftGradient.read().values, {1000});
}

TEST_F(BatchNormLayer, MovesTheRunningStatisticsGoingBackATenthOfTheWay) {
  m_layer.forward(pass(), flow(), nullptr);
  EXPECT_EQ(m_mean.read().values[0], 1000);
  m_layer.backward(pass(), flow(), m_delta.matrix(), {}, nullptr);
  expectFloats(m_mean.read().values, {1100});
  // Four values: 10^6 · 4/3 without bias.
  expectFloats(m_variance.read().values, {225'000 + 400'000.0f / 3});
}

TEST_F(BatchNormLayer, GradientsAddUpWhereAsked) {
  m_layer.forward(pass(), flow(), nullptr);
  m_layer.backward(pass(true, true), flow(), m_delta.matrix(), {}, nullptr);
  expectFloats(m_scaleGradient.read().values, {-993});
  expectFloats(m_shiftGradient.read().values, {1007});
}

class LayerNormLayer : public NormLayer {
 protected:
  LayerNormLayer() {
    m_layer.bind({{m_scale.data(), m_scaleGradient.data()}, {m_shift.data(), m_shiftGradient.data()}});
  }

  // Two examples of four values; the second is the first turned round.
  Placed m_input{*m_backend, HostMatrix(2, 4, {1000, 1000, 3000, 3000, 3000, 3000, 1000, 1000})};
  Placed m_scale{*m_backend, HostMatrix(1, 4, {2, 2, 2, 4})}, m_shift{*m_backend, HostMatrix(1, 4, 1)};
  Placed m_scaleGradient{*m_backend, HostMatrix(1, 4, 7)}, m_shiftGradient{*m_backend, HostMatrix(1, 4, 7)};
  Placed m_output{*m_backend, HostMatrix(2, 4)}, m_kept{*m_backend, HostMatrix(2, 2)};
  Placed m_delta{*m_backend, HostMatrix(2, 4, {1000, 0, 0, 0, 0, 0, 0, 500})};
  LayerNorm m_layer{{1, 1, 4}, Activation::identity};

  Flow flow() const { return {m_input.matrix(), m_output.matrix(), nullptr, m_kept.data()}; }
};

TEST_F(LayerNormLayer, ForwardByHand) {
  m_layer.forward(pass(), flow(), nullptr);
  expectFloats(m_output.read().values, {-1, -1, 3, 5, 3, 3, -1, -3});
}

TEST_F(LayerNormLayer, IsTheSameWhereNothingIsTrained) {
  m_layer.forward(pass(), flow(), nullptr);
  const std::vector<float> training = m_output.read().values;
  m_layer.forward(pass(false), flow(), nullptr);
  EXPECT_EQ(m_output.read().values, training);
}

TEST_F(LayerNormLayer, GradientsByHand) {
  const Placed before(*m_backend, HostMatrix(2, 4, 9));
  const Matrix target = before.matrix();
  m_layer.forward(pass(), flow(), nullptr);
  m_layer.backward(pass(), flow(), m_delta.matrix(), {}, &target);
  // γ dz is 2000 at the first place and at the last: means 500 and -500, then (γ dz - 500 + 500 x̂) / 1000.
  expectFloats(before.read().values, {1, -1, 0, 0, 0, 0, -1, 1});
  expectFloats(m_scaleGradient.read().values, {-1000, 0, 0, -500});
  expectFloats(m_shiftGradient.read().values, {1000, 0, 0, 500});
}

}  // namespace
}  // namespace cajal
