#include "engine/vulkan/device_choice.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/memory.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

DeviceFacts goodDevice(std::string name, VkPhysicalDeviceType type) {
  DeviceFacts facts;
  facts.name = std::move(name);
  facts.type = type;
  facts.apiVersion = VK_API_VERSION_1_3;
  facts.queueFamily = 0;
  facts.presents = true;
  return facts;
}

std::vector<DeviceFacts> threeDevices() {
  return {goodDevice("llvmpipe (LLVM 15)", VK_PHYSICAL_DEVICE_TYPE_CPU),
          goodDevice("Small Graphics", VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU),
          goodDevice("Large Graphics", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU)};
}

std::string refusalOf(std::span<const DeviceFacts> devices, const DeviceWish& wish, ExitCode expected) {
  return test::refusalOf(expected, [&] { chooseDevice(devices, wish); });
}

TEST(DeviceChoiceTest, ADiscreteDeviceComesFirstAndSoftwareLast) {
  auto devices = threeDevices();
  EXPECT_EQ(chooseDevice(devices, {}).name, "Large Graphics");
  devices.pop_back();
  EXPECT_EQ(chooseDevice(devices, {}).name, "Small Graphics");
  devices.pop_back();
  EXPECT_EQ(chooseDevice(devices, {}).name, "llvmpipe (LLVM 15)");
}

TEST(DeviceChoiceTest, AnIndexOrAPartOfTheNameChooses) {
  const auto devices = threeDevices();
  EXPECT_EQ(chooseDevice(devices, {.which = "1"}).name, "Small Graphics");
  EXPECT_EQ(chooseDevice(devices, {.which = "LLVMpipe"}).name, "llvmpipe (LLVM 15)");
  EXPECT_EQ(chooseDevice(devices, {.which = "graphics"}).name, "Large Graphics");
}

TEST(DeviceChoiceTest, ANameThatIsNotThereIsAUsageErrorThatListsWhatIs) {
  const auto text = refusalOf(threeDevices(), {.which = "vodoo"}, ExitCode::usage);
  EXPECT_TRUE(test::says(text, "Small Graphics"));
}

TEST(DeviceChoiceTest, NoDeviceAtAllSaysWhatToInstall) {
  const auto text = refusalOf({}, {}, ExitCode::gpu);
  EXPECT_TRUE(test::says(text, "mesa-vulkan-drivers"));
}

TEST(DeviceChoiceTest, EveryReasonOfRefusalIsSaid) {
  DeviceFacts device = goodDevice("Old", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  device.apiVersion = VK_API_VERSION_1_1;
  device.missing = {"dynamicRendering"};
  device.queueFamily.reset();
  device.presents = false;
  const std::vector<std::string> expected{"knows Vulkan 1.1, and 1.3 is needed", "lacks dynamicRendering",
                                          "has no queue for both graphics and compute",
                                          "cannot show pictures in the window"};
  EXPECT_EQ(refusals(device, {.presents = true}), expected);
}

TEST(DeviceChoiceTest, WithoutAWindowPresentingIsNotNeeded) {
  DeviceFacts device = goodDevice("Data centre", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU);
  device.presents = false;
  EXPECT_TRUE(refusals(device, {}).empty());
  EXPECT_FALSE(refusals(device, {.presents = true}).empty());
}

TEST(DeviceChoiceTest, ARefusedDeviceIsPassedOver) {
  auto devices = threeDevices();
  devices[2].missing = {"timelineSemaphore"};
  EXPECT_EQ(chooseDevice(devices, {}).name, "Small Graphics");
  const auto text = refusalOf(devices, {.which = "large"}, ExitCode::gpu);
  EXPECT_TRUE(test::says(text, "lacks timelineSemaphore"));
}

// ---- which memory, on a GPU with a small window for the host

VkPhysicalDeviceMemoryProperties discreteMemory() {
  constexpr VkMemoryPropertyFlags kHost =
      VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  VkPhysicalDeviceMemoryProperties types{};
  types.memoryTypeCount = 4;
  types.memoryTypes[0].propertyFlags = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  types.memoryTypes[1].propertyFlags = kHost;
  types.memoryTypes[2].propertyFlags = kHost | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  types.memoryTypes[3].propertyFlags = kHost | VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  return types;
}

TEST(MemoryChoiceTest, EachUseGetsTheMemoryItIsNamedFor) {
  const auto types = discreteMemory();
  EXPECT_EQ(memoryTypesFor(types, 0xF, MemoryUse::device).front(), 0U);
  EXPECT_EQ(memoryTypesFor(types, 0xF, MemoryUse::shared).front(), 0U);
  EXPECT_EQ(memoryTypesFor(types, 0xF, MemoryUse::upload).front(), 1U);
  EXPECT_EQ(memoryTypesFor(types, 0xF, MemoryUse::readback).front(), 2U);
  EXPECT_EQ(memoryTypesFor(types, 0xF, MemoryUse::mapped).front(), 3U);
}

TEST(MemoryChoiceTest, TypesTheResourceCannotUseAreLeftOut) {
  EXPECT_EQ(memoryTypesFor(discreteMemory(), 0b0110, MemoryUse::mapped), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_TRUE(memoryTypesFor(discreteMemory(), 0b0110, MemoryUse::device).empty());
}

}  // namespace
}  // namespace cajal
