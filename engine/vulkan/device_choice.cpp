#include "engine/vulkan/device_choice.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device_features.h"
#include "engine/vulkan/instance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace cajal {

namespace {

bool canPresent(VkPhysicalDevice device, std::uint32_t family, VkSurfaceKHR surface) {
  VkBool32 supported = VK_FALSE;
  check(vkGetPhysicalDeviceSurfaceSupportKHR(device, family, surface, &supported),
        "asking whether a device can show pictures in the window");
  return supported == VK_TRUE;
}

void describeQueues(VkSurfaceKHR surface, DeviceFacts& facts) {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(facts.handle, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(facts.handle, &count, families.data());
  constexpr VkQueueFlags kBoth = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
  for (std::uint32_t family = 0; family < count; ++family) {
    if ((families[family].queueFlags & kBoth) != kBoth) continue;
    const bool presents = surface != VK_NULL_HANDLE && canPresent(facts.handle, family, surface);
    if (!facts.queueFamily || (presents && !facts.presents)) facts.queueFamily = family;
    facts.presents = facts.presents || presents;
  }
}

DeviceFacts describe(VkPhysicalDevice device, VkSurfaceKHR surface) {
  DeviceFacts facts;
  facts.handle = device;
  VkPhysicalDeviceDriverProperties driver{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
  VkPhysicalDeviceIDProperties id{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES, &driver};
  VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &id};
  vkGetPhysicalDeviceProperties2(device, &properties);
  facts.name = properties.properties.deviceName;
  facts.driver = fmt::format("{} {}", driver.driverName, driver.driverInfo);
  facts.type = properties.properties.deviceType;
  facts.apiVersion = properties.properties.apiVersion;
  std::copy_n(id.deviceUUID, VK_UUID_SIZE, facts.uuid.begin());
  // An older device would not understand the questions below.
  if (facts.apiVersion >= VK_API_VERSION_1_3) facts.missing = missingFeatures(device);
  describeQueues(surface, facts);
  const bool hasSwapchain = holds(deviceExtensions(device), VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  facts.presents = facts.presents && hasSwapchain;
  return facts;
}

int rank(VkPhysicalDeviceType type) {  // smaller is better
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 0;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 1;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 2;
    case VK_PHYSICAL_DEVICE_TYPE_CPU: return 3;
    default: return 4;
  }
}

std::string inLowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool isMeant(std::string_view which, std::size_t index, const DeviceFacts& device) {
  if (which.empty()) return true;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), number);
  if (error == std::errc() && end == which.data() + which.size()) return number == index;
  return inLowerCase(device.name).find(inLowerCase(which)) != std::string::npos;
}

std::string listOf(std::span<const DeviceFacts> devices, const DeviceWish& wish) {
  std::string lines;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const auto reasons = refusals(devices[i], wish);
    lines += fmt::format("\n  {}: {} ({}){}{}", i, devices[i].name, deviceTypeName(devices[i].type),
                         reasons.empty() ? "" : ": ", fmt::join(reasons, ", "));
  }
  return lines;
}

}  // namespace

std::vector<DeviceFacts> describeDevices(const Instance& instance, VkSurfaceKHR surface) {
  std::uint32_t count = 0;
  check(vkEnumeratePhysicalDevices(instance.handle(), &count, nullptr), "counting the Vulkan devices");
  std::vector<VkPhysicalDevice> handles(count);
  if (count > 0)
    check(vkEnumeratePhysicalDevices(instance.handle(), &count, handles.data()),
          "listing the Vulkan devices");
  std::vector<DeviceFacts> devices;
  for (VkPhysicalDevice handle : handles) devices.push_back(describe(handle, surface));
  return devices;
}

std::vector<std::string> refusals(const DeviceFacts& device, const DeviceWish& wish) {
  std::vector<std::string> reasons;
  if (device.apiVersion < VK_API_VERSION_1_3)
    reasons.push_back(fmt::format("knows Vulkan {}.{}, and 1.3 is needed",
                                  VK_API_VERSION_MAJOR(device.apiVersion),
                                  VK_API_VERSION_MINOR(device.apiVersion)));
  for (const std::string& name : device.missing) reasons.push_back("lacks " + name);
  if (!device.queueFamily) reasons.emplace_back("has no queue for both graphics and compute");
  if (wish.presents && !device.presents) reasons.emplace_back("cannot show pictures in the window");
  return reasons;
}

const DeviceFacts& chooseDevice(std::span<const DeviceFacts> devices, const DeviceWish& wish) {
  if (devices.empty())
    throw Error(
        ExitCode::gpu,
        "no Vulkan device was found; install the GPU's driver, or mesa-vulkan-drivers for a software device");
  bool anyMeant = false;
  const DeviceFacts* best = nullptr;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    if (!isMeant(wish.which, i, devices[i])) continue;
    anyMeant = true;
    if (!refusals(devices[i], wish).empty()) continue;
    if (!best || rank(devices[i].type) < rank(best->type)) best = &devices[i];
  }
  if (!anyMeant)
    throw Error(ExitCode::usage, fmt::format("--device {}: there is no such device; there are:{}", wish.which,
                                             listOf(devices, wish)));
  if (!best)
    throw Error(ExitCode::gpu, fmt::format("no Vulkan device will do; update the driver, or install "
                                           "mesa-vulkan-drivers for a software device:{}",
                                           listOf(devices, wish)));
  return *best;
}

std::string_view deviceTypeName(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return "discrete GPU";
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return "integrated GPU";
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return "virtual GPU";
    case VK_PHYSICAL_DEVICE_TYPE_CPU: return "software";
    default: return "other";
  }
}

}  // namespace cajal
