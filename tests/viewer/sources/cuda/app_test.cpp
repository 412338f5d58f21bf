// The program as a whole on one GPU: CUDA trains, Vulkan draws from the same memory, and the picture changes
// its size all the while.
#include "viewer/shell/app.h"

#include <gtest/gtest.h>

#include "compute/cuda/cuda_device.h"
#include "engine/vulkan/device.h"
#include "viewer/sources/bridge_choice.h"

namespace cajal {
namespace {

Options optionsFor(const char* backend) {
  return *parseOptions({"--headless", "--backend", backend, "--data", "xor", "--net", "2-16-16-2", "--size",
                        "320x200", "--steps", "1000", "--steps-per-frame", "1"});
}

// Null, with a loud skip, where CUDA and Vulkan do not meet on one GPU.
std::unique_ptr<App> appOnOneGpu(AppMode mode, std::string& why) {
  why = whyNoCuda();
  if (!why.empty()) return nullptr;
  auto app = std::make_unique<App>(optionsFor("cuda"), mode);
  why = whyNotShared(app->stage().device().facts(), app->stage().device().can(), cudaDevices());
  return why.empty() ? std::move(app) : nullptr;
}

TEST(AppOnOneGpu, DrawsAThousandStepsThroughResizesAndCopiesNothing) {
  std::string why;
  const auto app = appOnOneGpu(AppMode::headless, why);
  if (!app) GTEST_SKIP() << "NOT TESTED: " << why;
  ASSERT_EQ(app->source().subject().transport, "shared memory, nothing copied");
  app->source().request({});
  while (!app->isOver()) {
    const auto frame = static_cast<std::uint32_t>(app->framesDrawn());
    if (frame % 20 == 0) app->stage().resize({64 + frame * 37 % 700, 64 + frame * 53 % 500});
    app->frame();
  }
  app->finish();
  EXPECT_EQ(app->steering().progress().steps, 1000U);
  EXPECT_EQ(app->source().counters().bytesCopied, 0U);
  EXPECT_EQ(app->source().counters().skipped, 0U);
}

TEST(AppOnOneGpu, TrainsFreelyBehindTheFrames) {
  std::string why;
  const auto app = appOnOneGpu(AppMode::offscreen, why);
  if (!app) GTEST_SKIP() << "NOT TESTED: " << why;
  app->steering().run();
  for (int frame = 0; frame < 120; ++frame) app->frame();
  EXPECT_GT(app->steering().progress().steps, 120U);
  app->finish();
  EXPECT_EQ(app->source().counters().bytesCopied, 0U);
}

// On any Vulkan device: where memory cannot be shared, CUDA's arenas are copied into slots.
TEST(AppOnOneGpu, CudaTrainsWhateverVulkanDrawsOn) {
  if (const std::string why = whyNoCuda(); !why.empty()) GTEST_SKIP() << "NOT TESTED: " << why;
  App app(optionsFor("cuda"), AppMode::headless);
  app.source().request({});
  for (int frame = 0; frame < 20; ++frame) app.frame();
  app.finish();
  EXPECT_GT(app.steering().progress().steps, 10U);
}

}  // namespace
}  // namespace cajal
