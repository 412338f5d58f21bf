#pragma once
// What tests of the CUDA backend stand on: both backends side by side, or a loud skip that says why there is
// none.

#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"
#include "tests/support/rounding.h"

namespace cajal::test {

class CudaTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = whyNoCuda(); !why.empty())
      GTEST_SKIP() << "NOT TESTED, CUDA cannot be used: " << why;
    // Operations one by one; what takes many steps at once has tests of its own (cluster_step_test.cpp).
    m_cuda = makeCudaBackend(0, CudaChoices{.clusterBlocks = 0});
    m_cpu = makeCpuBackend(2);
  }

  std::unique_ptr<Backend> m_cuda, m_cpu;
};

// |a - b| ≤ tolerance(i), element by element; stops at the first that is not, to keep the log readable.
template <typename Tolerance>
void expectNear(const HostMatrix& a, const HostMatrix& b, Tolerance&& tolerance) {
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    ASSERT_NEAR(a.values[i], b.values[i], tolerance(i))
        << "row " << i / a.columns << ", column " << i % a.columns;
  }
}

}  // namespace cajal::test
