#include "engine/vulkan/device_features.h"

#include "engine/vulkan/check.h"

#include <algorithm>

namespace cajal {

FeatureChain::FeatureChain() {
  features.pNext = &vulkan11;
  vulkan11.pNext = &vulkan12;
  vulkan12.pNext = &vulkan13;
}

FeatureChain::FeatureChain(VkPhysicalDevice device) : FeatureChain() {
  vkGetPhysicalDeviceFeatures2(device, &features);
}

std::vector<std::string> deviceExtensions(VkPhysicalDevice device) {
  std::uint32_t count = 0;
  check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr), "counting device extensions");
  std::vector<VkExtensionProperties> properties(count);
  check(vkEnumerateDeviceExtensionProperties(device, nullptr, &count, properties.data()),
        "listing device extensions");
  std::vector<std::string> names;
  for (const auto& extension : properties) names.emplace_back(extension.extensionName);
  return names;
}

bool holds(const std::vector<std::string>& extensions, std::string_view name) {
  return std::find(extensions.begin(), extensions.end(), name) != extensions.end();
}

std::vector<std::string> missingFeatures(VkPhysicalDevice device) {
  const FeatureChain present(device);
  std::vector<std::string> missing;
  const auto need = [&](bool isThere, const char* name) {
    if (!isThere) missing.emplace_back(name);
  };
  need(present.vulkan12.timelineSemaphore, "timelineSemaphore");
  need(present.vulkan12.scalarBlockLayout, "scalarBlockLayout");
  need(present.vulkan13.synchronization2, "synchronization2");
  need(present.vulkan13.dynamicRendering, "dynamicRendering");
  need(present.vulkan13.maintenance4, "maintenance4");
  need(holds(deviceExtensions(device), VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME),
       VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME);
  return missing;
}

void enableFeatures(const FeatureChain& present, FeatureChain& wanted) {
  wanted.vulkan12.timelineSemaphore = VK_TRUE;
  wanted.vulkan12.scalarBlockLayout = VK_TRUE;
  wanted.vulkan13.synchronization2 = VK_TRUE;
  wanted.vulkan13.dynamicRendering = VK_TRUE;
  wanted.vulkan13.maintenance4 = VK_TRUE;

  const VkPhysicalDeviceFeatures& there = present.features.features;
  VkPhysicalDeviceFeatures& want = wanted.features.features;
  // A shader that reads past a buffer must not end the training that shares the device with it.
  want.robustBufferAccess = there.robustBufferAccess;
}

}  // namespace cajal
