// The answers of the GPU's summaries, which arrive later. What they hold: tests/compute/operations.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

class CudaSummary : public CudaTest {};

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
