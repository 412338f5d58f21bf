#pragma once
// Which device to draw on: what there is, what is wrong with each, and which one is taken.

#include "engine/vulkan/vulkan.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

class Instance;

// What the choice looks at. Filled by describeDevices(), or by hand in a test.
struct DeviceFacts {
  VkPhysicalDevice handle = VK_NULL_HANDLE;
  std::string name;    // "NVIDIA H100", "llvmpipe (LLVM 15.0.6, 256 bits)"
  std::string driver;  // "llvmpipe Mesa 22.3.6"
  VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
  std::array<std::uint8_t, VK_UUID_SIZE> uuid{};  // the same bytes as CUDA's
  std::uint32_t apiVersion = 0;
  std::vector<std::string> missing;          // features and extensions that we need and the device lacks
  std::optional<std::uint32_t> queueFamily;  // graphics and compute in one (and presenting, if asked for)
  bool presents = false;                     // to the surface it was described for
};

struct DeviceWish {
  std::string_view which;  // index, or part of the name in any case; empty: the best
  bool presents = false;   // must show pictures in a window
};

// In the order of the loader, the order `which` counts in. `surface` may be null.
std::vector<DeviceFacts> describeDevices(const Instance& instance, VkSurfaceKHR surface = VK_NULL_HANDLE);

// Empty when the device will do.
std::vector<std::string> refusals(const DeviceFacts& device, const DeviceWish& wish);

// The device to take: as wished, else discrete before integrated before virtual before software. Throws
// Error(usage) where no device is called so, Error(gpu) with every reason where none will do.
const DeviceFacts& chooseDevice(std::span<const DeviceFacts> devices, const DeviceWish& wish);

std::string_view deviceTypeName(VkPhysicalDeviceType type);  // "discrete GPU"

}  // namespace cajal
