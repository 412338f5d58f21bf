// The three operations of a convolution against the CPU's. Both sum the same products in orders of their own,
// as in dense_test.cpp; what a bound is a multiple of, Σ|aᵢ bᵢ|, is the same convolution of magnitudes.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

struct Case {
  std::size_t batch;
  Convolution convolution;
};

// Odd sizes, windows that miss pixels, windows in the padding, one to four channels at once, groups.
const Case kCases[] = {
    {2, {{.input = {1, 1, 1}, .size = 1}, 1}},
    {3, {{.input = {6, 7, 3}, .size = 3, .padding = 1}, 5}},
    {2, {{.input = {8, 8, 4}, .size = 3, .padding = 1}, 8}},
    {2, {{.input = {9, 7, 2}, .size = 3, .stride = 2}, 3}},
    {2, {{.input = {7, 9, 4}, .size = 2, .stride = 3, .padding = 1}, 2}},
    {2, {{.input = {9, 10, 3}, .size = 3, .padding = 2, .dilation = 2}, 4}},
    {3, {{.input = {5, 6, 8}, .size = 1}, 6}},
    {3, {{.input = {5, 6, 8}, .size = 1, .stride = 2}, 6}},
    {2, {{.input = {6, 5, 6}, .size = 3, .padding = 1}, 4, 2}},
    {2, {{.input = {6, 5, 8}, .size = 3, .padding = 1}, 8, 2}},
    {2, {{.input = {6, 6, 6}, .size = 3, .padding = 1}, 12, 6}},
    {3, {{.input = {4, 4, 8}, .size = 1}, 8, 4}},
    {17, {{.input = {28, 28, 1}, .size = 5}, 8}},
    {64, {{.input = {14, 14, 8}, .size = 3, .padding = 1}, 16}},
};

// More patches than the scratch holds at once: whole images in pieces, and images cut in two.
const Case kLargeCases[] = {
    {3, {{.input = {64, 64, 64}, .size = 5, .padding = 2}, 2}},
    {2, {{.input = {100, 96, 64}, .size = 5, .padding = 2}, 2}},
};

std::string describe(const Case& c) {
  const SlidingWindow& w = c.convolution.window;
  const auto number = [](std::size_t value) { return std::to_string(value); };
  return toString(w.input) + " conv" + number(c.convolution.outputs) + "k" + number(w.size) + "s" +
         number(w.stride) + "p" + number(w.padding) + "d" + number(w.dilation) + "g" +
         number(c.convolution.groups) + ", batch " + number(c.batch);
}

HostMatrix magnitudesOf(HostMatrix matrix) {
  for (float& value : matrix.values) value = std::fabs(value);
  return matrix;
}

struct Operands {
  HostMatrix input, weight, bias, delta;

  explicit Operands(const Case& c)
      : input(randomMatrix(c.batch, c.convolution.window.input.count(), 1)),
        weight(randomMatrix(c.convolution.outputs, c.convolution.taps(), 2)),
        bias(randomMatrix(1, c.convolution.outputs, 3)),
        delta(randomMatrix(c.batch, c.convolution.output().count(), 4)) {}

  Operands magnitudes() const {
    Operands result = *this;
    for (HostMatrix* matrix : {&result.input, &result.weight, &result.bias, &result.delta}) {
      *matrix = magnitudesOf(std::move(*matrix));
    }
    return result;
  }
};

struct Outputs {
  HostMatrix y, z;
};

Outputs forward(Backend& backend, const Case& c, const Operands& o, Activation activation) {
  const HostMatrix untouched(c.batch, c.convolution.output().count(), 123.0f);
  const Placed x(backend, o.input), w(backend, o.weight), b(backend, o.bias);
  const Placed y(backend, untouched), z(backend, untouched);
  backend.convolutionForward(c.convolution, x.matrix(), w.matrix(), b.data(), activation, y.matrix(),
                             z.data());
  return {y.read(), z.read()};
}

// The outputs of the layer before are the operands' input.
HostMatrix backwardInput(Backend& backend, const Case& c, const Operands& o, Activation before) {
  const Placed d(backend, o.delta), w(backend, o.weight), x(backend, o.input);
  const Placed result(backend, HostMatrix(c.batch, o.input.columns, 123.0f));
  backend.convolutionBackwardInput(c.convolution, d.matrix(), w.matrix(), {before, x.data(), x.data()},
                                   result.matrix());
  return result.read();
}

struct Gradients {
  HostMatrix weight, bias;
};

Gradients backwardParameters(Backend& backend, const Case& c, const Operands& o, bool accumulate) {
  const Placed d(backend, o.delta), x(backend, o.input);
  const Placed w(backend, HostMatrix(o.weight.rows, o.weight.columns, 0.5f)),
      b(backend, HostMatrix(1, o.bias.columns, 0.5f));
  backend.convolutionBackwardParameters(c.convolution, d.matrix(), x.matrix(), w.matrix(), b.data(),
                                        accumulate);
  return {w.read(), b.read()};
}

class CudaConvolution : public CudaTest {
 protected:
  void expectForwardIsTheCpus(const Case& c, Activation activation) {
    SCOPED_TRACE(describe(c));
    const Operands operands(c);
    const HostMatrix sums = forward(*m_cpu, c, operands.magnitudes(), Activation::identity).y;
    const Outputs cuda = forward(*m_cuda, c, operands, activation);
    const Outputs cpu = forward(*m_cpu, c, operands, activation);
    // No activation is steeper than 1; each side's own is good to a few units in the last place of z.
    const auto tolerance = [&](std::size_t i) {
      return (2 * gammaOf(c.convolution.taps() + 1) + 8 * kRounding) * sums.values[i];
    };
    expectNear(cuda.z, cpu.z, tolerance);
    expectNear(cuda.y, cpu.y, tolerance);
  }

  void expectBackwardInputIsTheCpus(const Case& c, Activation before) {
    SCOPED_TRACE(describe(c));
    const Operands operands(c);
    const HostMatrix sums = backwardInput(*m_cpu, c, operands.magnitudes(), Activation::identity);
    // A pixel sums outputs · size² products at most, and |f'| ≤ 2 for outputs in [-1, 1].
    const std::size_t size = c.convolution.window.size;
    const double bound = 2 * 2 * gammaOf(c.convolution.outputsPerGroup() * size * size + 3);
    expectNear(backwardInput(*m_cuda, c, operands, before), backwardInput(*m_cpu, c, operands, before),
               [&](std::size_t i) { return bound * sums.values[i]; });
  }

  void expectBackwardParametersIsTheCpus(const Case& c, bool accumulate) {
    SCOPED_TRACE(describe(c) + (accumulate ? " added" : ""));
    const Operands operands(c);
    const Gradients sums = backwardParameters(*m_cpu, c, operands.magnitudes(), accumulate);
    const Gradients cuda = backwardParameters(*m_cuda, c, operands, accumulate);
    const Gradients cpu = backwardParameters(*m_cpu, c, operands, accumulate);
    const double bound = 2 * gammaOf(c.batch * c.convolution.output().pixels() + 1);
    expectNear(cuda.weight, cpu.weight, [&](std::size_t i) { return bound * sums.weight.values[i]; });
    expectNear(cuda.bias, cpu.bias, [&](std::size_t i) { return bound * sums.bias.values[i]; });
  }
};

TEST_F(CudaConvolution, ForwardIsTheCpus) {
  for (const Case& c : kCases) {
    for (const Activation activation : {Activation::identity, Activation::tanh, Activation::relu}) {
      expectForwardIsTheCpus(c, activation);
    }
  }
}

TEST_F(CudaConvolution, BackwardInputIsTheCpus) {
  for (const Case& c : kCases) {
    for (const Activation before : {Activation::identity, Activation::tanh, Activation::relu}) {
      expectBackwardInputIsTheCpus(c, before);
    }
  }
}

TEST_F(CudaConvolution, BackwardParametersIsTheCpus) {
  for (const Case& c : kCases) {
    for (const bool accumulate : {false, true}) expectBackwardParametersIsTheCpus(c, accumulate);
  }
}

TEST_F(CudaConvolution, ImagesLargerThanTheScratchAreTakenInPieces) {
  for (const Case& c : kLargeCases) {
    expectForwardIsTheCpus(c, Activation::identity);
    expectBackwardInputIsTheCpus(c, Activation::identity);
    expectBackwardParametersIsTheCpus(c, false);
  }
}

TEST_F(CudaConvolution, TheSameOperationsTwiceGiveTheSameBits) {
  const Case c = {64, {{.input = {14, 14, 8}, .size = 3, .padding = 1}, 16}};
  const Operands operands(c);
  const Outputs outputs = forward(*m_cuda, c, operands, Activation::tanh);
  const HostMatrix input = backwardInput(*m_cuda, c, operands, Activation::tanh);
  const Gradients gradients = backwardParameters(*m_cuda, c, operands, true);
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(forward(*m_cuda, c, operands, Activation::tanh).y.values, outputs.y.values);
    ASSERT_EQ(backwardInput(*m_cuda, c, operands, Activation::tanh).values, input.values);
    const Gradients again = backwardParameters(*m_cuda, c, operands, true);
    ASSERT_EQ(again.weight.values, gradients.weight.values);
    ASSERT_EQ(again.bias.values, gradients.bias.values);
  }
}

}  // namespace
}  // namespace cajal
