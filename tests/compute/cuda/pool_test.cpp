// Pools against the CPU's. Values are compared and added in the same order on both: a maximum's results are
// the CPU's to the last bit, an average's but for a product that one side fuses into a sum.
#include <limits>

#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

std::vector<Pooling> poolings(PoolKind kind) {
  return {{kind, {.input = {1, 1, 1}, .size = 1}},
          {kind, {.input = {8, 6, 3}, .size = 2, .stride = 2}},
          {kind, {.input = {7, 9, 5}, .size = 2, .stride = 2}},  // a last row and column that no window meets
          {kind, {.input = {7, 8, 4}, .size = 3, .stride = 2, .padding = 1}},
          {kind, {.input = {6, 6, 2}, .size = 3, .stride = 1, .padding = 2}},
          {kind, {.input = {9, 9, 70}, .size = 2, .stride = 1, .padding = 1, .dilation = 3}}};
}

constexpr std::size_t kBatch = 5;

HostMatrix forward(Backend& backend, const Pooling& pooling, const HostMatrix& input) {
  const Placed x(backend, input), y(backend, HostMatrix(input.rows, pooling.output().count(), 123.0f));
  backend.poolForward(pooling, x.matrix(), y.matrix());
  return y.read();
}

HostMatrix backward(Backend& backend, const Pooling& pooling, const HostMatrix& input,
                    const HostMatrix& delta) {
  const Placed x(backend, input), d(backend, delta),
      result(backend, HostMatrix(input.rows, input.columns, 123.0f));
  backend.poolBackward(pooling, x.matrix(), d.matrix(), result.matrix());
  return result.read();
}

HostMatrix images(const Pooling& pooling) {
  return randomMatrix(kBatch, pooling.window.input.count(), 1);
}
HostMatrix deltas(const Pooling& pooling) {
  return randomMatrix(kBatch, pooling.output().count(), 2);
}

class CudaPool : public CudaTest {};

TEST_F(CudaPool, AMaximumIsTheCpus) {
  for (const Pooling& pooling : poolings(PoolKind::maximum)) {
    SCOPED_TRACE(toString(pooling.window.input));
    const HostMatrix input = images(pooling), delta = deltas(pooling);
    EXPECT_EQ(forward(*m_cuda, pooling, input).values, forward(*m_cpu, pooling, input).values);
    EXPECT_EQ(backward(*m_cuda, pooling, input, delta).values,
              backward(*m_cpu, pooling, input, delta).values);
  }
}

TEST_F(CudaPool, OfEqualValuesTheFirstHasTheGradient) {
  for (const Pooling& pooling : poolings(PoolKind::maximum)) {
    SCOPED_TRACE(toString(pooling.window.input));
    const HostMatrix input(kBatch, pooling.window.input.count(), 0.0f), delta = deltas(pooling);
    EXPECT_EQ(backward(*m_cuda, pooling, input, delta).values,
              backward(*m_cpu, pooling, input, delta).values);
  }
}

TEST_F(CudaPool, NotANumberIsTheLargest) {
  const Pooling pooling = {PoolKind::maximum, {.input = {4, 4, 1}, .size = 2, .stride = 2}};
  HostMatrix input = randomMatrix(1, 16, 1);
  input.values[5] = std::numeric_limits<float>::quiet_NaN();
  const HostMatrix output = forward(*m_cuda, pooling, input);
  EXPECT_NE(output.values[0], output.values[0]);
  EXPECT_EQ(output.values[3], forward(*m_cpu, pooling, input).values[3]);
  EXPECT_EQ(backward(*m_cuda, pooling, input, HostMatrix(1, 4, 1.0f)).values,
            backward(*m_cpu, pooling, input, HostMatrix(1, 4, 1.0f)).values);
}

TEST_F(CudaPool, AnAverageIsTheCpus) {
  for (const Pooling& pooling : poolings(PoolKind::average)) {
    SCOPED_TRACE(toString(pooling.window.input));
    const HostMatrix input = images(pooling), delta = deltas(pooling);
    // A mean of size² values below 1; a pixel lies in size² windows at most and has a share of 1 / size² of
    // each.
    const std::size_t taps = pooling.window.size * pooling.window.size;
    const auto tolerance = [&](std::size_t) { return 2 * gammaOf(taps + 1); };
    expectNear(forward(*m_cuda, pooling, input), forward(*m_cpu, pooling, input), tolerance);
    expectNear(backward(*m_cuda, pooling, input, delta), backward(*m_cpu, pooling, input, delta), tolerance);
  }
}

}  // namespace
}  // namespace cajal
