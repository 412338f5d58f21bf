// The direct way of a convolution, and the way over patches, against plain loops in double.
#include "compute/cpu/direct_convolution.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/host_matrix.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

struct Case {
  ExampleShape input;
  std::size_t outputs, size, padding;
};

// Both sides of every border: full and short vectors of channels, one and several blocks of pixels, runs of
// three rows at once, windows as large as the padded image.
const std::size_t kLanes = cpu::DirectConvolution::channelStep();
const Case kCases[] = {
    {{5, 7, 1}, kLanes, 3, 1},          {{9, 29, 2}, kLanes, 3, 1},    {{4, 15, 3}, 2 * kLanes, 3, 0},
    {{6, 6, kLanes}, 3 * kLanes, 3, 1}, {{7, 3, 5}, kLanes, 1, 0},     {{8, 8, 2}, kLanes, 5, 2},
    {{3, 3, kLanes}, kLanes, 5, 2},     {{3, 3, 7}, 2 * kLanes, 3, 2}, {{6, 17, 2 * kLanes}, kLanes, 2, 1}};

Convolution convolutionOf(const Case& c) {
  return {{c.input, c.size, 1, c.padding, 1}, c.outputs, 1};
}

// The value of the image at a place that may lie in the padding, and whether it does not.
double pixel(const HostMatrix& images, const ExampleShape& shape, std::size_t image, std::ptrdiff_t row,
             std::ptrdiff_t column, std::size_t channel) {
  if (row < 0 || column < 0 || row >= static_cast<std::ptrdiff_t>(shape.rows) ||
      column >= static_cast<std::ptrdiff_t>(shape.columns)) {
    return 0;
  }
  const std::size_t at = static_cast<std::size_t>(row) * shape.columns + static_cast<std::size_t>(column);
  return static_cast<double>(images(image, at * shape.channels + channel));
}

class DirectConvolution : public testing::TestWithParam<Case> {
 protected:
  static constexpr std::size_t kImages = 3;

  // Calls work(image, output value, weight row, weight column, input row, input column, input channel) for
  // every product of the convolution.
  template <typename Work>
  void forEachProduct(Work&& work) const {
    const ExampleShape output = m_convolution.output(), input = GetParam().input;
    const auto padding = static_cast<std::ptrdiff_t>(GetParam().padding);
    for (std::size_t n = 0; n < kImages; ++n) {
      for (std::size_t value = 0; value < output.count(); ++value) {
        const std::size_t o = value % output.channels, at = value / output.channels;
        for (std::size_t tap = 0; tap < m_convolution.taps(); ++tap) {
          const std::size_t k = tap % input.channels, place = tap / input.channels;
          const auto row =
              static_cast<std::ptrdiff_t>(at / output.columns + place / GetParam().size) - padding;
          const auto column =
              static_cast<std::ptrdiff_t>(at % output.columns + place % GetParam().size) - padding;
          work(n, value, o, tap, row, column, k);
        }
      }
    }
  }

  Convolution m_convolution = convolutionOf(GetParam());
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  HostMatrix m_input = randomMatrix(kImages, GetParam().input.count(), 1);
  HostMatrix m_weight = randomMatrix(GetParam().outputs, m_convolution.taps(), 2);
  HostMatrix m_bias = randomMatrix(1, GetParam().outputs, 3);
  HostMatrix m_delta = randomMatrix(kImages, m_convolution.output().count(), 4);
  Placed m_x{*m_backend, m_input}, m_w{*m_backend, m_weight}, m_b{*m_backend, m_bias},
      m_d{*m_backend, m_delta};
};

TEST_P(DirectConvolution, IsTakenHere) {
  EXPECT_TRUE(cpu::DirectConvolution::suits(m_convolution));
}

TEST_P(DirectConvolution, ForwardAgreesWithThePlainLoop) {
  const Placed y(*m_backend, HostMatrix(kImages, m_convolution.output().count(), 9));
  m_backend->run(ConvolutionForward{m_convolution, m_x.matrix(), m_w.matrix(), m_b.data(),
                                    Activation::identity, y.matrix(), nullptr});
  std::vector<double> expected(kImages * m_convolution.output().count());
  for (std::size_t i = 0; i < expected.size(); ++i)
    expected[i] = static_cast<double>(m_bias(0, i % GetParam().outputs));
  forEachProduct([&](std::size_t n, std::size_t value, std::size_t o, std::size_t tap, std::ptrdiff_t row,
                     std::ptrdiff_t column, std::size_t k) {
    expected[n * m_convolution.output().count() + value] +=
        static_cast<double>(m_weight(o, tap)) * pixel(m_input, GetParam().input, n, row, column, k);
  });
  const HostMatrix output = y.read();
  // All factors are at most 1: the sum of magnitudes is at most taps + 1.
  const double tolerance = gammaOf(m_convolution.taps() + 1) * static_cast<double>(m_convolution.taps() + 1);
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(output.values[i], expected[i], tolerance) << i;
}

TEST_P(DirectConvolution, InputGradientAgreesWithThePlainLoop) {
  const Placed before(*m_backend, HostMatrix(kImages, GetParam().input.count(), 9));
  m_backend->run(ConvolutionBackwardInput{m_convolution, m_d.matrix(), m_w.matrix(), {}, before.matrix()});
  std::vector<double> expected(m_input.values.size());
  forEachProduct([&](std::size_t n, std::size_t value, std::size_t o, std::size_t tap, std::ptrdiff_t row,
                     std::ptrdiff_t column, std::size_t k) {
    const ExampleShape& shape = GetParam().input;
    if (row < 0 || column < 0 || row >= static_cast<std::ptrdiff_t>(shape.rows) ||
        column >= static_cast<std::ptrdiff_t>(shape.columns)) {
      return;
    }
    const std::size_t at = static_cast<std::size_t>(row) * shape.columns + static_cast<std::size_t>(column);
    expected[n * shape.count() + at * shape.channels + k] +=
        static_cast<double>(m_weight(o, tap)) * static_cast<double>(m_delta(n, value));
  });
  const std::size_t products = GetParam().outputs * GetParam().size * GetParam().size;
  const double tolerance = gammaOf(products) * static_cast<double>(products);
  const HostMatrix result = before.read();
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(result.values[i], expected[i], tolerance) << i;
}

TEST_P(DirectConvolution, ParameterGradientsAgreeWithThePlainLoopAndAddUp) {
  for (const bool accumulate : {false, true}) {
    const Placed dWeight(*m_backend, HostMatrix(GetParam().outputs, m_convolution.taps(), 0.5f)),
        dBias(*m_backend, HostMatrix(1, GetParam().outputs, 0.5f));
    m_backend->run(ConvolutionBackwardParameters{m_convolution, m_d.matrix(), m_x.matrix(), dWeight.matrix(),
                                                 dBias.data(), accumulate});
    std::vector<double> weight(m_weight.values.size(), accumulate ? 0.5 : 0.0),
        bias(GetParam().outputs, accumulate ? 0.5 : 0.0);
    forEachProduct([&](std::size_t n, std::size_t value, std::size_t o, std::size_t tap, std::ptrdiff_t row,
                       std::ptrdiff_t column, std::size_t k) {
      weight[o * m_convolution.taps() + tap] +=
          static_cast<double>(m_delta(n, value)) * pixel(m_input, GetParam().input, n, row, column, k);
    });
    for (std::size_t i = 0; i < m_delta.values.size(); ++i)
      bias[i % GetParam().outputs] += static_cast<double>(m_delta.values[i]);
    const std::size_t products = kImages * m_convolution.output().pixels() + 1;
    const double tolerance = gammaOf(products) * static_cast<double>(products);
    const HostMatrix weightGradient = dWeight.read(), biasGradient = dBias.read();
    for (std::size_t i = 0; i < weight.size(); ++i)
      ASSERT_NEAR(weightGradient.values[i], weight[i], tolerance) << i;
    for (std::size_t o = 0; o < bias.size(); ++o) ASSERT_NEAR(biasGradient.values[o], bias[o], tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, DirectConvolution, testing::ValuesIn(kCases));

TEST(DirectConvolutionSuits, NotStridesDilationsGroupsOrOddChannels) {
  const Case c = {{8, 8, 4}, kLanes, 3, 1};
  Convolution convolution = convolutionOf(c);
  ASSERT_TRUE(cpu::DirectConvolution::suits(convolution));
  convolution.groups = 2;
  EXPECT_FALSE(cpu::DirectConvolution::suits(convolution));
  convolution = convolutionOf(c);
  convolution.window.stride = 2;
  EXPECT_FALSE(cpu::DirectConvolution::suits(convolution));
  convolution = convolutionOf(c);
  convolution.window.dilation = 2;
  EXPECT_FALSE(cpu::DirectConvolution::suits(convolution));
  convolution = convolutionOf(c);
  convolution.outputs = kLanes + 1;
  EXPECT_FALSE(cpu::DirectConvolution::suits(convolution));
}

}  // namespace
}  // namespace cajal
