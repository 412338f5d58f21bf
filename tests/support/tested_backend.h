#pragma once
// What the tests in tests/compute/operations stand on. They state what an operation does on any backend, and
// are compiled once for each: into tests_cpu, and with CAJAL_TESTED_CUDA into tests_cuda and
// tests_cuda_emulated.

#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"
#include "tests/support/rounding.h"

namespace cajal::test {

#ifdef CAJAL_TESTED_CUDA
inline constexpr bool kTestsCuda = true;
#else
inline constexpr bool kTestsCuda = false;
#endif

// Rounding errors of an activation, in u of max(1, |z|). CUDA's worst function, erfcf, is good to four units
// in the last place, which is 8 u; its argument and its product are rounded besides.
inline constexpr double kFunctionRoundings = kTestsCuda ? 12 : 6;
// The rows that a float sum of a normalisation's tile has at most; tiles are summed in double.
inline constexpr std::size_t kTileRows = kTestsCuda ? 280 : 256;

// A test of `m_backend`; skipped, with the reason, where the backend cannot be used.
template <typename Test>
class OnTestedBackend : public Test {
 protected:
  void SetUp() override {
    if (!kTestsCuda) {
      m_backend = makeCpuBackend(2);
    } else if (const std::string why = whyNoCuda(); why.empty()) {
      // Operations one by one; many steps in one launch have tests of their own (cluster_step_test.cpp).
      m_backend = makeCudaBackend(0, CudaChoices{.clusterBlocks = 0});
    } else {
      GTEST_SKIP() << "NOT TESTED, CUDA cannot be used: " << why;
    }
  }

  // run(backend), a comparable value, is the same to the last bit each time, and for any number of threads.
  template <typename Run>
  void expectSameBits(const Run& run, int rounds = 5) {
    const auto first = run(*m_backend);
    for (int round = 0; round < rounds; ++round) {
      m_backend->setThreads(1 + round % 4);
      ASSERT_TRUE(run(*m_backend) == first) << "round " << round;
    }
  }

  std::unique_ptr<Backend> m_backend;
};

using OperationTest = OnTestedBackend<testing::Test>;

}  // namespace cajal::test
