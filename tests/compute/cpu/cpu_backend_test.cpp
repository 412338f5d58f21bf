#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

TEST(CpuBackend, AllocatesAlignedZeros) {
  const auto backend = makeCpuBackend(1);
  const ArenaMemory memory = backend->allocate(1000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.get()) % 256, 0u);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(memory.get()[i], 0.0f);
}

TEST(CpuBackend, AllocatesNothingWithoutComplaint) {
  EXPECT_NE(makeCpuBackend(1)->allocate(0).get(), nullptr);
}

TEST(CpuBackend, SaysHowMuchMemoryWasWanted) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer ends the program where malloc would say no";
#endif
  try {
    makeCpuBackend(1)->allocate(std::size_t{1} << 58);
    FAIL() << "allocated an exabyte";
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::badInput);
    EXPECT_NE(std::string(error.what()).find("MB were wanted"), std::string::npos);
  }
}

TEST(CpuBackend, ReadsBackWhatWasWritten) {
  const auto backend = makeCpuBackend(1);
  const HostMatrix matrix = randomMatrix(3, 5, 1);
  const Placed placed(*backend, matrix);
  EXPECT_EQ(placed.read().values, matrix.values);
  backend->fillZero(placed.data(), 15);
  EXPECT_EQ(placed.read().values, std::vector<float>(15));
}

TEST(CpuBackend, DescribesItself) {
  EXPECT_TRUE(makeCpuBackend(1)->describe().starts_with("CPU, 1 thread, oneDNN "));
  EXPECT_TRUE(makeCpuBackend(3)->describe().starts_with("CPU, 3 threads, oneDNN "));
  EXPECT_TRUE(makeCpuBackend(1)->isHostMemory());
}

}  // namespace
}  // namespace cajal
