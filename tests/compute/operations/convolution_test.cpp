// Convolutions against plain loops in double: every kind of window, over all ways that a backend takes.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "tests/support/double_formulas.h"
#include "tests/support/double_layers.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

struct ConvolutionCase {
  const char* name;
  std::size_t images;
  Convolution convolution;  // window {input, size, stride, padding, dilation}, outputs, groups
};
void PrintTo(const ConvolutionCase& c, std::ostream* out) {
  *out << c.name;
}

// One image and more than the tiles there are (16), odd sizes, one pixel and one row, pieces of an image, and
// each number that makes a window.
const ConvolutionCase kConvolutionCases[] = {
    {"OnePixel", 1, {{{1, 1, 1}, 1, 1, 0, 1}, 1, 1}},
    {"OneRow", 3, {{{1, 9, 2}, 3, 1, 1, 1}, 5, 1}},
    {"OddSizes", 5, {{{7, 5, 3}, 3, 1, 1, 1}, 7, 1}},
    {"SeveralTiles", 35, {{{5, 4, 2}, 2, 1, 0, 1}, 3, 1}},
    {"SeveralTilesDirectly", 35, {{{6, 5, 2}, 3, 1, 1, 1}, 16, 1}},
    {"SeveralPieces", 2, {{{40, 37, 8}, 7, 1, 3, 1}, 4, 1}},
    {"Stride", 4, {{{9, 8, 3}, 3, 2, 1, 1}, 4, 1}},
    {"StrideThatLeavesPixelsOut", 2, {{{8, 8, 2}, 3, 4, 0, 1}, 16, 1}},
    {"Dilation", 4, {{{9, 7, 2}, 3, 1, 2, 2}, 5, 1}},
    {"Groups", 4, {{{6, 6, 6}, 3, 1, 1, 1}, 9, 3}},
    {"ChannelByChannel", 3, {{{5, 5, 16}, 3, 1, 1, 1}, 16, 16}},
    {"Everything", 18, {{{11, 13, 4}, 3, 2, 3, 2}, 6, 2}},
    {"PaddingWiderThanTheWindow", 2, {{{3, 3, 2}, 2, 1, 3, 1}, 16, 1}},
    {"WindowAsLargeAsTheImage", 3, {{{4, 4, 2}, 4, 1, 0, 1}, 5, 1}},
    // One to four channels that are read at once.
    {"FourChannels", 2, {{{8, 8, 4}, 3, 1, 1, 1}, 8, 1}},
    {"TwoChannelsAndAStride", 2, {{{9, 7, 2}, 3, 2, 0, 1}, 3, 1}},
    {"FourChannelsAndAWideStride", 2, {{{7, 9, 4}, 2, 3, 1, 1}, 2, 1}},
    {"EightChannelsOfOnePixel", 3, {{{5, 6, 8}, 1, 1, 0, 1}, 6, 1}},
    {"EightChannelsOfEverySecondPixel", 3, {{{5, 6, 8}, 1, 2, 0, 1}, 6, 1}},
    {"GroupsOfThree", 2, {{{6, 5, 6}, 3, 1, 1, 1}, 4, 2}},
    {"GroupsOfFour", 2, {{{6, 5, 8}, 3, 1, 1, 1}, 8, 2}},
    {"GroupsOfOne", 2, {{{6, 6, 6}, 3, 1, 1, 1}, 12, 6}},
    {"GroupsOfTwoOfOnePixel", 3, {{{4, 4, 8}, 1, 1, 0, 1}, 8, 4}},
    {"FirstLayerOfDigits", 17, {{{28, 28, 1}, 5, 1, 0, 1}, 8, 1}},
    {"SecondLayerOfDigits", 64, {{{14, 14, 8}, 3, 1, 1, 1}, 16, 1}},
    // More patches than CUDA's scratch holds at once: images in pieces, and an image cut in two.
    {"ImagesLargerThanTheScratch", 3, {{{64, 64, 64}, 5, 1, 2, 1}, 2, 1}},
    {"AnImageCutInTwo", 1, {{{100, 96, 64}, 5, 1, 2, 1}, 2, 1}},
};

class ConvolutionOperation : public OnTestedBackend<testing::TestWithParam<ConvolutionCase>> {
 protected:
  const Convolution& convolution() const { return GetParam().convolution; }
  std::size_t images() const { return GetParam().images; }
  std::size_t inputs() const { return convolution().window.input.count(); }
  std::size_t outputs() const { return convolution().output().count(); }

  HostMatrix m_input = randomMatrix(images(), inputs(), 1);
  HostMatrix m_weight = randomMatrix(convolution().outputs, convolution().taps(), 2);
  HostMatrix m_bias = randomMatrix(1, convolution().outputs, 3);
  HostMatrix m_delta = randomMatrix(images(), outputs(), 4);

  struct Outputs {
    HostMatrix y, z;
  };
  Outputs forward(Activation activation) const {
    Backend& backend = *m_backend;
    const Placed x(backend, m_input), w(backend, m_weight), b(backend, m_bias);
    const HostMatrix poison(images(), outputs(), kPoison);
    const Placed y(backend, poison), z(backend, poison);
    backend.run(ConvolutionForward{convolution(), x.matrix(), w.matrix(), b.data(), activation, y.matrix(),
                                   z.data()});
    return {y.read(), z.read()};
  }

  // The outputs of the layer before are the inputs of this one.
  HostMatrix backwardInput(Activation before) const {
    Backend& backend = *m_backend;
    const Placed x(backend, m_input), w(backend, m_weight), d(backend, m_delta);
    const Placed result(backend, HostMatrix(images(), inputs(), kPoison));
    backend.run(ConvolutionBackwardInput{
        convolution(), d.matrix(), w.matrix(), {before, x.data(), nullptr}, result.matrix()});
    return result.read();
  }

  struct Gradients {
    HostMatrix weight, bias;
  };
  Gradients backwardParameters(bool accumulate, float before) const {
    Backend& backend = *m_backend;
    const Placed x(backend, m_input), d(backend, m_delta);
    const Placed dWeight(backend, HostMatrix(m_weight.rows, m_weight.columns, before));
    const Placed dBias(backend, HostMatrix(1, m_bias.columns, before));
    backend.run(ConvolutionBackwardParameters{convolution(), d.matrix(), x.matrix(), dWeight.matrix(),
                                              dBias.data(), accumulate});
    return {dWeight.read(), dBias.read()};
  }

  // What is overwritten must not be read, not even to be multiplied with zero.
  static constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();
};

TEST_P(ConvolutionOperation, ForwardIsThePlainLoop) {
  const Values x = inDouble(m_input), w = inDouble(m_weight), b = inDouble(m_bias);
  const Values z = convolve(convolution(), images(), x, w, b);
  const Values magnitude = convolve(convolution(), images(), absolute(x), absolute(w), absolute(b));
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::tanh, Activation::sigmoid}) {
    const Outputs output = forward(activation);
    const Values expected = activateInDouble(activation, z);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      // A sum of taps products and a bias; slopes are at most 1, then the function's own roundings.
      const double ofSum = gammaOf(convolution().taps() + 1) * magnitude[i];
      const double ofFunction = kFunctionRoundings * kRounding * std::fmax(1.0, std::fabs(z[i]));
      ASSERT_NEAR(output.z.values[i], z[i], ofSum) << name(activation) << " at " << i;
      ASSERT_NEAR(output.y.values[i], expected[i], ofSum + ofFunction) << name(activation) << " at " << i;
    }
  }
}

TEST_P(ConvolutionOperation, InputGradientIsThePlainLoopTimesTheSlopeBefore) {
  const Values d = inDouble(m_delta), w = inDouble(m_weight);
  const Values gradient = convolutionInputGradient(convolution(), images(), d, w);
  const Values magnitude = convolutionInputGradient(convolution(), images(), absolute(d), absolute(w));
  // Products that meet at an input, and three roundings of a slope of at most 1.
  const double share =
      gammaOf(convolution().window.size * convolution().window.size * convolution().outputsPerGroup() + 3);
  for (const Activation before : {Activation::identity, Activation::relu, Activation::tanh}) {
    const HostMatrix result = backwardInput(before);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const double y = static_cast<double>(m_input.values[i]);
      const double slope = before == Activation::tanh   ? 1 - y * y
                           : before == Activation::relu ? (y > 0 ? 1.0 : 0.0)
                                                        : 1.0;
      ASSERT_NEAR(result.values[i], gradient[i] * slope, share * magnitude[i]) << name(before) << " at " << i;
    }
  }
}

TEST_P(ConvolutionOperation, ParameterGradientsAreThePlainLoopsAndAddWhereAsked) {
  const Values d = inDouble(m_delta), x = inDouble(m_input);
  const Values weight = convolutionWeightGradient(convolution(), images(), d, x);
  const Values magnitude = convolutionWeightGradient(convolution(), images(), absolute(d), absolute(x));
  const double share = gammaOf(images() * convolution().output().pixels() + 1);
  for (const bool accumulate : {false, true}) {
    const double before = accumulate ? 0.5 : 0.0;
    const Gradients result = backwardParameters(accumulate, accumulate ? 0.5f : kPoison);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      ASSERT_NEAR(result.weight.values[i], before + weight[i], share * (before + magnitude[i])) << i;
    }
    for (std::size_t o = 0; o < m_bias.columns; ++o) {
      double sum = before, sizes = before;
      for (std::size_t i = o; i < d.size(); i += m_bias.columns) {
        sum += d[i];
        sizes += std::fabs(d[i]);
      }
      ASSERT_NEAR(result.bias.values[o], sum, share * sizes) << o;
    }
  }
}

TEST_P(ConvolutionOperation, GivesTheSameBits) {
  expectSameBits([&](Backend&) {
    const Gradients gradients = backwardParameters(true, 0.5f);
    return std::vector{forward(Activation::tanh).y.values, backwardInput(Activation::tanh).values,
                       gradients.weight.values, gradients.bias.values};
  });
}

INSTANTIATE_TEST_SUITE_P(Windows, ConvolutionOperation, testing::ValuesIn(kConvolutionCases),
                         [](const auto& each) { return std::string(each.param.name); });

class ConvolutionForward : public OperationTest {};

TEST_F(ConvolutionForward, ANanStaysUnderItsWindow) {
  Backend& backend = *m_backend;
  const Convolution convolution = {{{5, 5, 1}, 3, 1, 0, 1}, 2, 1};
  HostMatrix image(1, 25, 1.0f);
  image.values[0] = std::numeric_limits<float>::quiet_NaN();  // the corner: only the first window reaches it
  const Placed x(backend, image), w(backend, HostMatrix(2, 9, 1.0f)), b(backend, HostMatrix(1, 2));
  const Placed y(backend, HostMatrix(1, 18));
  backend.run(cajal::ConvolutionForward{convolution, x.matrix(), w.matrix(), b.data(), Activation::identity,
                                        y.matrix(), nullptr});
  const HostMatrix output = y.read();
  for (std::size_t i = 0; i < 18; ++i) EXPECT_EQ(std::isnan(output.values[i]), i < 2) << i;
}

}  // namespace
}  // namespace cajal
