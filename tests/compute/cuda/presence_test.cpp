// All-skipped must not look like all-passed: where there is a GPU, the backend has to work.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "compute/core/backend.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

bool isGpuExpected() {
  return std::getenv("CAJAL_EXPECT_GPU") != nullptr || std::filesystem::exists("/dev/nvidiactl");
}

TEST(CudaPresence, APresentGpuIsUsedAndNotSkipped) {
  if (!isGpuExpected()) GTEST_SKIP() << "NOT TESTED, no NVIDIA GPU here: " << whyNoCuda();
  EXPECT_EQ(whyNoCuda(), "") << "there is a GPU, and every other test of this program has been skipped";
}

TEST(CudaPresence, WithoutAGpuTheRefusalSaysWhatToDo) {
  if (whyNoCuda().empty()) GTEST_SKIP() << "there is a GPU";
  try {
    makeCudaBackend(0);
    FAIL() << "made a backend although " << whyNoCuda();
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::gpu);
    EXPECT_NE(std::string(error.what()).find("--backend cpu"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace cajal
