// Normalisations against the CPU's.
//
// Inputs are uniform in [-1, 1): deviation 0.58. The tests see to it that 1/deviation stays below 4, so |x̂|
// stays below 8. Float sums are of a tile of at most 280 rows on both sides, the rest is in double: means and
// deviations are within γ₂₈₀ of values below 1, and a result is a handful of roundings more of products below
// 32.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kTile = 280;
constexpr float kSteepest = 4;  // 1/deviation
constexpr double kTolerance = 2 * gammaOf(kTile + 16) * 32;

struct Size {
  std::size_t rows, columns;
};
constexpr Size kSizes[] = {{4, 1}, {64, 3}, {256, 32}, {257, 33}, {1000, 5}, {5000, 16}, {140'000, 2}};

struct Operands {
  HostMatrix x, dz, scale, shift, mean, variance;

  explicit Operands(const Size& size)
      : x(randomMatrix(size.rows, size.columns, 7)),
        dz(randomMatrix(size.rows, size.columns, 2)),
        scale(randomMatrix(1, size.columns, 3)),
        shift(randomMatrix(1, size.columns, 4)),
        mean(randomMatrix(1, size.columns, 5)),
        variance(randomMatrix(1, size.columns, 6, 0.5f, 2)) {}
};

std::string describe(const Size& size) {
  return std::to_string(size.rows) + "x" + std::to_string(size.columns);
}

class CudaBatchNorm : public CudaTest {
 protected:
  struct Forward {
    HostMatrix z, statistics;
  };
  static Forward forward(Backend& backend, const Operands& o, bool withBatch) {
    const Placed x(backend, o.x), z(backend, HostMatrix(o.x.rows, o.x.columns, 123.0f));
    const Placed scale(backend, o.scale), shift(backend, o.shift);
    const Placed mean(backend, o.mean), variance(backend, o.variance);
    const Placed statistics(backend, HostMatrix(2, o.x.columns));
    backend.batchNormForward(x.matrix(), {scale.data(), shift.data()}, {mean.data(), variance.data()},
                             withBatch ? statistics.data() : nullptr, z.matrix());
    EXPECT_EQ(mean.read().values, o.mean.values);  // forward writes scratch alone
    return {z.read(), statistics.read()};
  }

  struct Backward {
    HostMatrix dx, dScale, dShift, mean, variance;
  };
  static Backward backward(Backend& backend, const Operands& o, const HostMatrix& batchStatistics,
                           bool accumulate) {
    const Placed x(backend, o.x), dz(backend, o.dz), dx(backend, HostMatrix(o.x.rows, o.x.columns, 123.0f));
    const Placed scale(backend, o.scale), shift(backend, o.shift), statistics(backend, batchStatistics);
    const Placed mean(backend, o.mean), variance(backend, o.variance);
    const HostMatrix half(1, o.x.columns, 0.5f);
    const Placed dScale(backend, half), dShift(backend, half);
    const Matrix target = dx.matrix();
    backend.batchNormBackward(x.matrix(), {scale.data(), shift.data()}, statistics.data(), dz.matrix(),
                              {mean.data(), variance.data()}, {dScale.data(), dShift.data()}, accumulate,
                              &target);
    return {dx.read(), dScale.read(), dShift.read(), mean.read(), variance.read()};
  }
};

TEST_F(CudaBatchNorm, ForwardIsTheCpus) {
  for (const Size& size : kSizes) {
    for (const bool withBatch : {false, true}) {
      SCOPED_TRACE(describe(size) + (withBatch ? " of the batch" : " of the running statistics"));
      const Operands operands(size);
      const Forward cuda = forward(*m_cuda, operands, withBatch), cpu = forward(*m_cpu, operands, withBatch);
      expectNear(cuda.statistics, cpu.statistics, [](std::size_t) { return kTolerance; });
      expectNear(cuda.z, cpu.z, [](std::size_t) { return kTolerance; });
    }
  }
}

TEST_F(CudaBatchNorm, BackwardIsTheCpus) {
  for (const Size& size : kSizes) {
    for (const bool accumulate : {false, true}) {
      SCOPED_TRACE(describe(size) + (accumulate ? " added" : ""));
      const Operands operands(size);
      const HostMatrix statistics = forward(*m_cpu, operands, true).statistics;
      for (std::size_t c = 0; c < size.columns; ++c) ASSERT_LT(statistics(1, c), kSteepest);
      const Backward cuda = backward(*m_cuda, operands, statistics, accumulate);
      const Backward cpu = backward(*m_cpu, operands, statistics, accumulate);
      const auto near = [](std::size_t) { return kTolerance; };
      // Sums of as many terms as there are rows, each below 8.
      const auto nearSum = [&](std::size_t) { return 2 * gammaOf(kTile + 16) * 8 * size.rows; };
      expectNear(cuda.dShift, cpu.dShift, nearSum);
      expectNear(cuda.dScale, cpu.dScale, nearSum);
      expectNear(cuda.mean, cpu.mean, near);
      expectNear(cuda.variance, cpu.variance, near);
      expectNear(cuda.dx, cpu.dx, [](std::size_t) { return 8 * kTolerance; });  // 8: |x̂| times a mean of it
    }
  }
}

TEST_F(CudaBatchNorm, TheSameTwiceGivesTheSameBits) {
  const Operands operands({5000, 16});
  const Forward first = forward(*m_cuda, operands, true);
  const Backward gradients = backward(*m_cuda, operands, first.statistics, false);
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(forward(*m_cuda, operands, true).z.values, first.z.values);
    const Backward again = backward(*m_cuda, operands, first.statistics, false);
    ASSERT_EQ(again.dx.values, gradients.dx.values);
    ASSERT_EQ(again.dScale.values, gradients.dScale.values);
  }
}

class CudaLayerNorm : public CudaTest {
 protected:
  struct Forward {
    HostMatrix z, statistics;
  };
  static Forward forward(Backend& backend, const Operands& o) {
    const Placed x(backend, o.x), z(backend, HostMatrix(o.x.rows, o.x.columns, 123.0f));
    const Placed scale(backend, o.scale), shift(backend, o.shift);
    const Placed statistics(backend, HostMatrix(o.x.rows, 2));
    backend.layerNormForward(x.matrix(), {scale.data(), shift.data()}, statistics.data(), z.matrix());
    return {z.read(), statistics.read()};
  }

  struct Backward {
    HostMatrix dx, dScale, dShift;
  };
  static Backward backward(Backend& backend, const Operands& o, const HostMatrix& rowStatistics,
                           bool accumulate) {
    const Placed x(backend, o.x), dz(backend, o.dz), dx(backend, HostMatrix(o.x.rows, o.x.columns, 123.0f));
    const Placed scale(backend, o.scale), shift(backend, o.shift), statistics(backend, rowStatistics);
    const HostMatrix half(1, o.x.columns, 0.5f);
    const Placed dScale(backend, half), dShift(backend, half);
    const Matrix target = dx.matrix();
    backend.layerNormBackward(x.matrix(), {scale.data(), shift.data()}, statistics.data(), dz.matrix(),
                              {dScale.data(), dShift.data()}, accumulate, &target);
    return {dx.read(), dScale.read(), dShift.read()};
  }
};

// Rows long enough for the deviation the tolerances speak of.
constexpr Size kRows[] = {{1, 8}, {3, 33}, {64, 128}, {300, 100}, {5, 3000}};

TEST_F(CudaLayerNorm, ForwardIsTheCpus) {
  for (const Size& size : kRows) {
    SCOPED_TRACE(describe(size));
    const Operands operands(size);
    const Forward cuda = forward(*m_cuda, operands), cpu = forward(*m_cpu, operands);
    expectNear(cuda.statistics, cpu.statistics, [](std::size_t) { return kTolerance; });
    expectNear(cuda.z, cpu.z, [](std::size_t) { return kTolerance; });
  }
}

TEST_F(CudaLayerNorm, BackwardIsTheCpus) {
  for (const Size& size : kRows) {
    for (const bool accumulate : {false, true}) {
      SCOPED_TRACE(describe(size) + (accumulate ? " added" : ""));
      const Operands operands(size);
      const HostMatrix statistics = forward(*m_cpu, operands).statistics;
      for (std::size_t row = 0; row < size.rows; ++row) ASSERT_LT(statistics(row, 1), kSteepest);
      const Backward cuda = backward(*m_cuda, operands, statistics, accumulate);
      const Backward cpu = backward(*m_cpu, operands, statistics, accumulate);
      const auto nearSum = [&](std::size_t) { return 2 * gammaOf(kTile + 16) * 8 * size.rows; };
      expectNear(cuda.dShift, cpu.dShift, nearSum);
      expectNear(cuda.dScale, cpu.dScale, nearSum);
      expectNear(cuda.dx, cpu.dx, [](std::size_t) { return 8 * kTolerance; });
    }
  }
}

TEST_F(CudaLayerNorm, TheSameTwiceGivesTheSameBits) {
  const Operands operands({300, 100});
  const Forward first = forward(*m_cuda, operands);
  const Backward gradients = backward(*m_cuda, operands, first.statistics, false);
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(forward(*m_cuda, operands).z.values, first.z.values);
    const Backward again = backward(*m_cuda, operands, first.statistics, false);
    ASSERT_EQ(again.dx.values, gradients.dx.values);
    ASSERT_EQ(again.dScale.values, gradients.dScale.values);
  }
}

}  // namespace
}  // namespace cajal
