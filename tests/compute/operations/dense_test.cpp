// The three products of a dense layer against plain loops in double.
#include <gtest/gtest.h>

#include "tests/support/double_formulas.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

struct Size {
  std::size_t batch, in, out;
};
// Odd sizes, single rows and columns, several tiles by rows and by columns.
constexpr Size kSizes[] = {{1, 1, 1},    {1, 784, 128}, {2, 3, 4},      {3, 7, 5},       {64, 33, 130},
                           {300, 70, 9}, {257, 65, 67}, {64, 784, 128}, {1024, 128, 64}, {128, 64, 10}};
constexpr Activation kActivations[] = {Activation::identity, Activation::sigmoid, Activation::tanh,
                                       Activation::relu};

class Dense : public OperationTest {};

TEST_F(Dense, ForwardAgreesWithThePlainLoop) {
  for (const Size& size : kSizes) {
    for (const Activation activation : kActivations) {
      const HostMatrix input = randomMatrix(size.batch, size.in, 1),
                       weight = randomMatrix(size.out, size.in, 2);
      const HostMatrix bias = randomMatrix(1, size.out, 3);
      const Placed x(*m_backend, input), w(*m_backend, weight), b(*m_backend, bias);
      const Placed y(*m_backend, HostMatrix(size.batch, size.out, 123.0f));  // must be overwritten
      m_backend->run(DenseForward{x.matrix(), w.matrix(), b.data(), activation, y.matrix(), nullptr});
      const HostMatrix output = y.read();
      for (std::size_t row = 0; row < size.batch; ++row) {
        for (std::size_t column = 0; column < size.out; ++column) {
          double z = bias(0, column), magnitude = std::fabs(z);
          for (std::size_t i = 0; i < size.in; ++i) {
            const double product = static_cast<double>(input(row, i)) * weight(column, i);
            z += product;
            magnitude += std::fabs(product);
          }
          // Slopes are at most 1, so an error of z is one of y; then two roundings and the function's own.
          const double tolerance = gammaOf(size.in + 1) * magnitude +
                                   kFunctionRoundings * kRounding * std::fmax(1.0, std::fabs(z));
          ASSERT_NEAR(output(row, column), activateInDouble(activation, {z})[0], tolerance)
              << size.batch << "x" << size.in << "x" << size.out << " " << name(activation);
        }
      }
    }
  }
}

TEST_F(Dense, InputGradientAgreesWithThePlainLoop) {
  for (const Size& size : kSizes) {
    for (const Activation before : kActivations) {
      const HostMatrix delta = randomMatrix(size.batch, size.out, 1),
                       weight = randomMatrix(size.out, size.in, 2);
      const HostMatrix input = randomMatrix(size.batch, size.in, 3);  // outputs of the layer before
      const Placed d(*m_backend, delta), w(*m_backend, weight), x(*m_backend, input);
      const Placed result(*m_backend, HostMatrix(size.batch, size.in, 123.0f));
      m_backend->run(DenseBackwardInput{d.matrix(), w.matrix(), {before, x.data()}, result.matrix()});
      const HostMatrix deltaBefore = result.read();
      for (std::size_t row = 0; row < size.batch; ++row) {
        for (std::size_t column = 0; column < size.in; ++column) {
          double sum = 0, magnitude = 0;
          for (std::size_t o = 0; o < size.out; ++o) {
            const double product = static_cast<double>(delta(row, o)) * weight(o, column);
            sum += product;
            magnitude += std::fabs(product);
          }
          const double y = input(row, column);
          const double derivative = before == Activation::sigmoid ? y * (1 - y)
                                    : before == Activation::tanh  ? 1 - y * y
                                    : before == Activation::relu  ? (y > 0 ? 1.0 : 0.0)
                                                                  : 1.0;
          // |derivative| ≤ 2 for these y; its own two roundings and the product's.
          ASSERT_NEAR(deltaBefore(row, column), sum * derivative, 2 * gammaOf(size.out + 3) * magnitude)
              << size.batch << "x" << size.in << "x" << size.out << " " << name(before);
        }
      }
    }
  }
}

class DenseParameters : public OnTestedBackend<testing::TestWithParam<bool>> {};

TEST_P(DenseParameters, GradientsAgreeWithThePlainLoop) {
  const bool accumulate = GetParam();
  for (const Size& size : kSizes) {
    const HostMatrix delta = randomMatrix(size.batch, size.out, 1),
                     input = randomMatrix(size.batch, size.in, 2);
    const Placed d(*m_backend, delta), x(*m_backend, input);
    const Placed dWeight(*m_backend, HostMatrix(size.out, size.in, 0.5f)),
        dBias(*m_backend, HostMatrix(1, size.out, 0.5f));
    m_backend->run(
        DenseBackwardParameters{d.matrix(), x.matrix(), dWeight.matrix(), dBias.data(), accumulate});
    const HostMatrix weightGradient = dWeight.read(), biasGradient = dBias.read();
    for (std::size_t o = 0; o < size.out; ++o) {
      double biasSum = accumulate ? 0.5 : 0.0, biasMagnitude = biasSum;
      for (std::size_t row = 0; row < size.batch; ++row) {
        biasSum += delta(row, o);
        biasMagnitude += std::fabs(delta(row, o));
      }
      ASSERT_NEAR(biasGradient(0, o), biasSum, gammaOf(size.batch + 1) * biasMagnitude);
      for (std::size_t i = 0; i < size.in; ++i) {
        double sum = accumulate ? 0.5 : 0.0, magnitude = sum;
        for (std::size_t row = 0; row < size.batch; ++row) {
          const double product = static_cast<double>(delta(row, o)) * input(row, i);
          sum += product;
          magnitude += std::fabs(product);
        }
        ASSERT_NEAR(weightGradient(o, i), sum, gammaOf(size.batch + 1) * magnitude);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OverwritesAndAdds, DenseParameters, testing::Bool());

TEST_F(Dense, TheSameProductsGiveTheSameBits) {
  const HostMatrix input = randomMatrix(64, 784, 1), weight = randomMatrix(128, 784, 2),
                   delta = randomMatrix(64, 128, 3);
  expectSameBits([&](Backend& backend) {
    const Placed x(backend, input), w(backend, weight), d(backend, delta), b(backend, HostMatrix(1, 128));
    const Placed y(backend, delta), dx(backend, input), dw(backend, weight);
    backend.run(DenseForward{x.matrix(), w.matrix(), b.data(), Activation::tanh, y.matrix(), nullptr});
    backend.run(DenseBackwardInput{d.matrix(), w.matrix(), {Activation::tanh, x.data()}, dx.matrix()});
    backend.run(DenseBackwardParameters{d.matrix(), x.matrix(), dw.matrix(), b.data(), false});
    return std::vector{y.read().values, dx.read().values, dw.read().values, b.read().values};
  });
}

}  // namespace
}  // namespace cajal
