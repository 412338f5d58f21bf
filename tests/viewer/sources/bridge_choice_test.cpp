#include "viewer/sources/bridge_choice.h"

#include <gtest/gtest.h>

#include <vector>

namespace cajal {
namespace {

using Uuid = std::array<std::uint8_t, 16>;
constexpr Uuid kFirst{1, 2, 3}, kSecond{1, 2, 4}, kSoftware{9};

DeviceFacts drawnOn(const char* name, const Uuid& uuid) {
  DeviceFacts facts;
  facts.name = name;
  facts.uuid = uuid;
  return facts;
}

const std::vector<CudaDevice> kTwo{{0, "First", kFirst}, {1, "Second", kSecond}};
const DeviceAbilities kShares{.exportsMemory = true, .exportsSemaphores = true};

TEST(BridgeChoice, FollowsTheGpuThatIsDrawnOn) {
  const BridgeChoice choice =
      chooseBridge(BackendChoice::automatic, drawnOn("Second", kSecond), kShares, kTwo);
  EXPECT_EQ(choice.kind, BridgeKind::sharedMemory);
  EXPECT_EQ(choice.cudaDevice, 1);
  EXPECT_EQ(choice.whyNot, "");
}

TEST(BridgeChoice, AllSixteenBytesDecide) {
  Uuid other = kFirst;
  other[15] = 1;
  EXPECT_FALSE(cudaDeviceOf(drawnOn("other", other), kTwo));
}

TEST(BridgeChoice, OnAnotherDeviceTheProcessorTrainsUnlessCudaWasAskedFor) {
  const DeviceFacts software = drawnOn("llvmpipe", kSoftware);
  const BridgeChoice automatic = chooseBridge(BackendChoice::automatic, software, kShares, kTwo);
  EXPECT_EQ(automatic.kind, BridgeKind::cpu);
  EXPECT_NE(automatic.whyNot.find("llvmpipe"), std::string::npos);
  EXPECT_NE(automatic.whyNot.find("First, Second"), std::string::npos);
  EXPECT_EQ(chooseBridge(BackendChoice::cuda, software, kShares, kTwo).kind, BridgeKind::copiesFromCuda);
}

TEST(BridgeChoice, ADriverThatExportsNothingIsNamed) {
  const DeviceFacts first = drawnOn("First", kFirst);
  EXPECT_NE(whyNotShared(first, {.exportsSemaphores = true}, kTwo).find("memory"), std::string::npos);
  EXPECT_NE(whyNotShared(first, {.exportsMemory = true}, kTwo).find("timelines"), std::string::npos);
  EXPECT_EQ(whyNotShared(first, kShares, kTwo), "");
}

TEST(BridgeChoice, WithoutAGpuThereIsNothingToShare) {
  EXPECT_EQ(whyNotShared(drawnOn("First", kFirst), kShares, {}), "CUDA sees no GPU");
  EXPECT_EQ(chooseBridge(BackendChoice::cpu, drawnOn("First", kFirst), kShares, kTwo).kind, BridgeKind::cpu);
}

}  // namespace
}  // namespace cajal
