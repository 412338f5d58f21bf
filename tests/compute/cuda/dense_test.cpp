// The three products against the CPU's. Both sum the same n products, each in an order of its own: each is
// within γₙ Σ|aᵢ bᵢ| of the true sum, so they are within twice that of each other.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

struct Size {
  std::size_t batch, in, out;
};
constexpr Size kSizes[] = {{1, 1, 1},    {1, 784, 128}, {2, 3, 4},      {3, 7, 5},       {64, 33, 130},
                           {300, 70, 9}, {257, 65, 67}, {64, 784, 128}, {1024, 128, 64}, {128, 64, 10}};
constexpr Activation kActivations[] = {Activation::identity, Activation::sigmoid, Activation::tanh,
                                       Activation::relu};

class CudaDense : public CudaTest {};

TEST_F(CudaDense, ForwardIsTheCpus) {
  for (const Size& size : kSizes) {
    const HostMatrix input = randomMatrix(size.batch, size.in, 1),
                     weight = randomMatrix(size.out, size.in, 2);
    const HostMatrix bias = randomMatrix(1, size.out, 3), untouched(size.batch, size.out, 123.0f);
    const HostMatrix sums = magnitudes(input, false, weight, true);
    for (const Activation activation : kActivations) {
      SCOPED_TRACE(std::string(name(activation)) + " " + std::to_string(size.out) + "x" +
                   std::to_string(size.in));
      const auto run = [&](Backend& backend) {
        const Placed x(backend, input), w(backend, weight), b(backend, bias), y(backend, untouched);
        backend.denseForward(x.matrix(), w.matrix(), b.data(), activation, y.matrix(), nullptr);
        return y.read();
      };
      // No activation is steeper than 1; each side's own function is good to a few units in the last place of
      // z.
      expectNear(run(*m_cuda), run(*m_cpu), [&](std::size_t i) {
        const double magnitude = static_cast<double>(sums.values[i]) + 1.0;  // |bias| ≤ 1
        return 2 * gammaOf(size.in + 1) * magnitude + 8 * kRounding * magnitude;
      });
    }
  }
}

TEST_F(CudaDense, BackwardInputIsTheCpus) {
  for (const Size& size : kSizes) {
    const HostMatrix delta = randomMatrix(size.batch, size.out, 1),
                     weight = randomMatrix(size.out, size.in, 2);
    const HostMatrix input = randomMatrix(size.batch, size.in, 3), untouched(size.batch, size.in, 123.0f);
    const HostMatrix sums = magnitudes(delta, false, weight, false);
    for (const Activation before : kActivations) {
      SCOPED_TRACE(std::string(name(before)) + " " + std::to_string(size.out) + "x" +
                   std::to_string(size.in));
      const auto run = [&](Backend& backend) {
        const Placed d(backend, delta), w(backend, weight), x(backend, input), result(backend, untouched);
        backend.denseBackwardInput(d.matrix(), w.matrix(), {before, x.data(), nullptr}, result.matrix());
        return result.read();
      };
      // |f'| ≤ 2 for outputs in [-1, 1] (sigmoid's y (1 - y), taken at outputs it does not have).
      expectNear(run(*m_cuda), run(*m_cpu), [&](std::size_t i) {
        return 2 * 2 * gammaOf(size.out + 3) * static_cast<double>(sums.values[i]);
      });
    }
  }
}

TEST_F(CudaDense, BackwardParametersIsTheCpus) {
  for (const Size& size : kSizes) {
    const HostMatrix delta = randomMatrix(size.batch, size.out, 1),
                     input = randomMatrix(size.batch, size.in, 2);
    const HostMatrix before(size.out, size.in, 0.5f), biasBefore(1, size.out, 0.5f);
    const HostMatrix sums = magnitudes(delta, true, input, false);
    const HostMatrix biasSums = magnitudes(HostMatrix(1, size.batch, 1.0f), false, delta, false);
    for (const bool accumulate : {false, true}) {
      SCOPED_TRACE(std::to_string(size.out) + "x" + std::to_string(size.in) + (accumulate ? " added" : ""));
      const auto run = [&](Backend& backend) {
        const Placed d(backend, delta), x(backend, input), w(backend, before), b(backend, biasBefore);
        backend.denseBackwardParameters(d.matrix(), x.matrix(), w.matrix(), b.data(), accumulate);
        return std::pair(w.read(), b.read());
      };
      const auto [cudaWeight, cudaBias] = run(*m_cuda);
      const auto [cpuWeight, cpuBias] = run(*m_cpu);
      const double bound = 2 * gammaOf(size.batch + 1);
      expectNear(cudaWeight, cpuWeight, [&](std::size_t i) { return bound * (sums.values[i] + 0.5); });
      expectNear(cudaBias, cpuBias, [&](std::size_t i) { return bound * (biasSums.values[i] + 0.5); });
    }
  }
}

TEST_F(CudaDense, TheSameProductTwiceGivesTheSameBits) {
  const HostMatrix delta = randomMatrix(64, 128, 1), input = randomMatrix(64, 784, 2);
  const Placed d(*m_cuda, delta), x(*m_cuda, input), w(*m_cuda, HostMatrix(128, 784)),
      b(*m_cuda, HostMatrix(1, 128));
  m_cuda->denseBackwardParameters(d.matrix(), x.matrix(), w.matrix(), b.data(), false);
  const HostMatrix weight = w.read(), bias = b.read();
  for (int round = 0; round < 20; ++round) {
    m_cuda->denseBackwardParameters(d.matrix(), x.matrix(), w.matrix(), b.data(), false);
    ASSERT_EQ(w.read().values, weight.values);
    ASSERT_EQ(b.read().values, bias.values);
  }
}

}  // namespace
}  // namespace cajal
