#pragma once
// What a device can do, asked once: the features we need, and those we use where they are.

#include "engine/vulkan/vulkan.h"

#include <string>
#include <string_view>
#include <vector>

namespace cajal {

// The chain that vkGetPhysicalDeviceFeatures2 fills and vkCreateDevice takes. Points into itself.
struct FeatureChain {
  FeatureChain();
  explicit FeatureChain(VkPhysicalDevice device);  // as the device has them
  FeatureChain(const FeatureChain&) = delete;
  FeatureChain& operator=(const FeatureChain&) = delete;

  VkPhysicalDeviceVulkan13Features vulkan13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
  VkPhysicalDeviceVulkan12Features vulkan12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceVulkan11Features vulkan11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES};
  VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
};

std::vector<std::string> deviceExtensions(VkPhysicalDevice device);
bool holds(const std::vector<std::string>& extensions, std::string_view name);

// Names of what we need and the device has not: "timelineSemaphore", "VK_KHR_push_descriptor".
std::vector<std::string> missingFeatures(VkPhysicalDevice device);

// Switches on in `wanted` what we need, and what we use where `present` has it.
void enableFeatures(const FeatureChain& present, FeatureChain& wanted);

}  // namespace cajal
