// The operations on single values against the CPU's: one text for both, rounded by each side's own functions.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

// Every one that looks at a value alone.
std::vector<Activation> activations() {
  std::vector<Activation> all;
  for (std::uint32_t i = 0; i < kActivations; ++i) {
    if (static_cast<Activation>(i) != Activation::softmax) all.push_back(static_cast<Activation>(i));
  }
  return all;
}

class CudaElements : public CudaTest {};

TEST_F(CudaElements, ActivateIsTheCpusAndKeepsZ) {
  const HostMatrix input = randomMatrix(37, 53, 1, -4, 4);
  for (const Activation activation : activations()) {
    SCOPED_TRACE(std::string(name(activation)));
    const auto run = [&](Backend& backend) {
      const Placed values(backend, input), z(backend, HostMatrix(37, 53, 123.0f));
      backend.activate(activation, values.matrix(), z.data());
      EXPECT_EQ(z.read().values, input.values);
      return values.read();
    };
    // |f(z)| ≤ |z| + 1 ≤ 5, good to a few units in the last place on both sides: the worst function, CUDA's
    // erfcf, to four of them, which is 8 u, and its argument and product are rounded besides.
    expectNear(run(*m_cuda), run(*m_cpu), [](std::size_t) { return 12 * kRounding * 5; });
  }
}

TEST_F(CudaElements, MultiplyByDerivativeIsTheCpus) {
  const HostMatrix source = randomMatrix(41, 67, 1), y = randomMatrix(41, 67, 2),
                   z = randomMatrix(41, 67, 3, -4, 4);
  for (const Activation before : activations()) {
    for (const bool accumulate : {false, true}) {
      SCOPED_TRACE(std::string(name(before)) + (accumulate ? " added" : ""));
      const auto run = [&](Backend& backend) {
        const Placed from(backend, source), outputs(backend, y), inputs(backend, z),
            target(backend, HostMatrix(41, 67, 0.5f));
        backend.multiplyByDerivative(from.matrix(), {before, outputs.data(), inputs.data()}, target.matrix(),
                                     accumulate);
        return target.read();
      };
      // |f'| ≤ 2.8 for outputs in [-1, 1] (SELU's y + 1.76); a handful of roundings of numbers below 4.
      expectNear(run(*m_cuda), run(*m_cpu), [](std::size_t) { return 2 * gammaOf(8) * 4; });
    }
  }
}

TEST_F(CudaElements, MultiplyByDerivativeWorksInPlace) {
  const HostMatrix source = randomMatrix(9, 100, 1), y = randomMatrix(9, 100, 2);
  const Placed values(*m_cuda, source), outputs(*m_cuda, y);
  m_cuda->multiplyByDerivative(values.matrix(), {Activation::relu, outputs.data(), outputs.data()},
                               values.matrix(), false);
  const HostMatrix result = values.read();
  for (std::size_t i = 0; i < 900; ++i) ASSERT_EQ(result.values[i], y.values[i] > 0 ? source.values[i] : 0);
}

TEST_F(CudaElements, AddIsTheCpusToTheLastBit) {
  const HostMatrix left = randomMatrix(33, 129, 1), right = randomMatrix(33, 129, 2);
  const Placed a(*m_cuda, left), b(*m_cuda, right), sum(*m_cuda, HostMatrix(33, 129, 123.0f));
  m_cuda->add(a.matrix(), b.matrix(), sum.matrix());
  const HostMatrix result = sum.read();
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    ASSERT_EQ(result.values[i], left.values[i] + right.values[i]);
  }
}

class CudaDropout : public CudaTest {
 protected:
  static HostMatrix run(Backend& backend, const DropoutMask& mask, const HostMatrix& input) {
    const Placed x(backend, input), y(backend, HostMatrix(input.rows, input.columns, 123.0f));
    backend.dropout(mask, x.matrix(), y.matrix());
    return y.read();
  }
};

TEST_F(CudaDropout, IsTheCpusToTheLastBit) {
  // The mask is arithmetic on whole numbers; what stays is multiplied once.
  for (const std::size_t columns : {1u, 13u, 256u}) {
    for (const float rate : {0.0f, 0.1f, 0.5f}) {
      const HostMatrix input = randomMatrix(43, columns, 1);
      const DropoutMask mask = {.seed = 5, .step = 77, .layer = 3, .firstRow = 64, .rate = rate};
      EXPECT_EQ(run(*m_cuda, mask, input).values, run(*m_cpu, mask, input).values) << columns << " " << rate;
    }
  }
}

TEST_F(CudaDropout, AnotherStepDropsOthers) {
  const HostMatrix input = randomMatrix(8, 64, 1, 0.5f, 1);
  EXPECT_NE(run(*m_cuda, {.seed = 5, .step = 1, .rate = 0.5f}, input).values,
            run(*m_cuda, {.seed = 5, .step = 2, .rate = 0.5f}, input).values);
}

}  // namespace
}  // namespace cajal
