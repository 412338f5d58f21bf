// Summaries on the GPU are the CPU's: counts and extremes to the last bit, sums to the rounding of double.
#include <cmath>
#include <limits>

#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

class CudaSummary : public CudaTest {
 protected:
  static Summaries take(Backend& backend, const std::vector<HostMatrix>& values, const HostMatrix& y) {
    std::vector<std::unique_ptr<Placed>> placed;
    std::vector<ValueRange> ranges;
    for (const HostMatrix& matrix : values) {
      placed.push_back(std::make_unique<Placed>(backend, matrix));
      ranges.push_back({placed.back()->data(), matrix.values.size()});
    }
    const Placed outputs(backend, y);
    const std::vector<UnitRange> units = {{{Activation::relu, outputs.data(), nullptr}, y.rows, y.columns}};
    EXPECT_TRUE(backend.takeSummaries(ranges, units));
    backend.finish();
    return backend.pollSummaries().value();
  }
};

void expectSame(const Summary& cuda, const Summary& cpu) {
  EXPECT_EQ(cuda.count, cpu.count);
  EXPECT_EQ(cuda.nans, cpu.nans);
  EXPECT_EQ(cuda.infinities, cpu.infinities);
  EXPECT_EQ(cuda.zeros, cpu.zeros);
  EXPECT_EQ(cuda.minimum, cpu.minimum);
  EXPECT_EQ(cuda.maximum, cpu.maximum);
  // Doubles in another order: as many roundings as values, of sums no larger than 4 a value.
  const double n = static_cast<double>(cpu.count);
  const double tolerance = n * std::numeric_limits<double>::epsilon() * 4 * n;
  EXPECT_NEAR(cuda.sum, cpu.sum, tolerance);
  EXPECT_NEAR(cuda.squares, cpu.squares, tolerance);
}

TEST_F(CudaSummary, IsTheCpus) {
  HostMatrix poisoned = randomMatrix(3, 17, 2, -2, 2);
  poisoned.values[4] = std::numeric_limits<float>::quiet_NaN();
  poisoned.values[9] = -std::numeric_limits<float>::infinity();
  poisoned.values[11] = 0;
  const std::vector<HostMatrix> values = {randomMatrix(100, 777, 1, -2, 2), poisoned, HostMatrix(0, 0)};
  const HostMatrix y = randomMatrix(1'000, 70, 5, -0.01f, 0.002f);
  const Summaries cuda = take(*m_cuda, values, y), cpu = take(*m_cpu, values, y);
  for (std::size_t i = 0; i < values.size(); ++i) expectSame(cuda.ranges[i], cpu.ranges[i]);
  expectSame(cuda.units[0].outputs, cpu.units[0].outputs);
  EXPECT_EQ(cuda.units[0].flat, cpu.units[0].flat);
  EXPECT_EQ(cuda.units[0].dead, cpu.units[0].dead);
  EXPECT_EQ(cuda.units[0].units, cpu.units[0].units);
}

TEST_F(CudaSummary, OneThatNobodyHasAskedForIsNotOverwritten) {
  const Placed values(*m_cuda, randomMatrix(1, 100, 1));
  EXPECT_TRUE(m_cuda->takeSummaries({{values.data(), 100}}, {}));
  EXPECT_FALSE(m_cuda->takeSummaries({{values.data(), 50}}, {}));
  m_cuda->finish();
  EXPECT_EQ(m_cuda->pollSummaries().value().ranges[0].count, 100u);
  EXPECT_TRUE(m_cuda->takeSummaries({{values.data(), 50}}, {}));
}

TEST_F(CudaSummary, IsOfTheRangesThatWereAskedForLast) {
  const Placed values(*m_cuda, randomMatrix(1, 100'000, 1));
  for (const std::size_t count : {100u, 100'000u, 1u}) {
    EXPECT_TRUE(m_cuda->takeSummaries({{values.data(), count}, {values.data() + 1, count - 1}}, {}));
    std::optional<Summaries> summaries;
    while (!summaries) summaries = m_cuda->pollSummaries();  // not at once: nobody has waited
    EXPECT_EQ(summaries->ranges[0].count, count);
    EXPECT_EQ(summaries->ranges[1].count, count - 1);
  }
}

}  // namespace
}  // namespace cajal
