#include "engine/vulkan/device.h"

#include "engine/base/log.h"
#include "engine/vulkan/check.h"
#include "engine/vulkan/device_features.h"
#include "engine/vulkan/instance.h"

#include <algorithm>
#include <string>
#include <vector>

namespace cajal {

namespace {

bool exportsBuffers(VkPhysicalDevice device) {
  VkPhysicalDeviceExternalBufferInfo asked{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO};
  asked.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
  asked.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkExternalBufferProperties answer{VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
  vkGetPhysicalDeviceExternalBufferProperties(device, &asked, &answer);
  return answer.externalMemoryProperties.externalMemoryFeatures & VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT;
}

bool exportsTimelines(VkPhysicalDevice device) {
  VkSemaphoreTypeCreateInfo timeline{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
  timeline.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
  VkPhysicalDeviceExternalSemaphoreInfo asked{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
                                              &timeline};
  asked.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT;
  VkExternalSemaphoreProperties answer{VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
  vkGetPhysicalDeviceExternalSemaphoreProperties(device, &asked, &answer);
  return answer.externalSemaphoreFeatures & VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT;
}

std::uint32_t timestampBits(const DeviceFacts& facts) {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(facts.handle, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(facts.handle, &count, families.data());
  return families[*facts.queueFamily].timestampValidBits;
}

DeviceLimits limitsOf(const DeviceFacts& facts) {
  VkPhysicalDeviceVulkan13Properties vulkan13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES};
  VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &vulkan13};
  vkGetPhysicalDeviceProperties2(facts.handle, &properties);
  const VkPhysicalDeviceLimits& limits = properties.properties.limits;
  return {.bufferBytes = vulkan13.maxBufferSize,
          .storageRange = limits.maxStorageBufferRange,
          .offsetAlignment =
              std::max(limits.minStorageBufferOffsetAlignment, limits.minUniformBufferOffsetAlignment),
          .imageSide = limits.maxImageDimension2D,
          .workgroupsPerSide = limits.maxComputeWorkGroupCount[0],
          .nanosecondsPerTick = limits.timestampPeriod,
          .timestampBits = timestampBits(facts)};
}

DeviceAbilities abilitiesOf(const DeviceFacts& facts, const DeviceLimits& limits) {
  const auto extensions = deviceExtensions(facts.handle);
  const FeatureChain present(facts.handle);
  const bool memoryFd = holds(extensions, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
  const bool semaphoreFd = holds(extensions, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
  return {.presents = facts.presents,
          .exportsMemory = memoryFd && exportsBuffers(facts.handle),
          .exportsSemaphores = semaphoreFd && exportsTimelines(facts.handle),
          .tellsMemoryBudget = holds(extensions, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME),
          .timestamps = limits.timestampBits > 0};
}

std::vector<const char*> extensionsToEnable(const DeviceAbilities& can) {
  std::vector<const char*> names{VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME};
  if (can.presents) names.push_back(VK_KHR_SWAPCHAIN_EXTENSION_NAME);
  if (can.exportsMemory) names.push_back(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
  if (can.exportsSemaphores) names.push_back(VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
  if (can.tellsMemoryBudget) names.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
  return names;
}

VkDevice createDevice(const DeviceFacts& facts, const DeviceAbilities& can) {
  const FeatureChain present(facts.handle);
  FeatureChain wanted;
  enableFeatures(present, wanted);
  const auto extensions = extensionsToEnable(can);
  const float priority = 1.0F;
  VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueFamilyIndex = *facts.queueFamily;
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &wanted.features};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = static_cast<std::uint32_t>(extensions.size());
  info.ppEnabledExtensionNames = extensions.data();
  VkDevice device = VK_NULL_HANDLE;
  check(vkCreateDevice(facts.handle, &info, nullptr, &device), fmt::format("opening {}", facts.name));
  return device;
}

template <typename Function>
Function deviceFunction(VkDevice device, const char* name) {
  return reinterpret_cast<Function>(vkGetDeviceProcAddr(device, name));
}

Device::Functions loadFunctions(const Instance& instance, VkDevice device, const DeviceAbilities& can) {
  Device::Functions f;
  f.pushDescriptorSet = deviceFunction<PFN_vkCmdPushDescriptorSetKHR>(device, "vkCmdPushDescriptorSetKHR");
  if (can.exportsMemory) f.getMemoryFd = deviceFunction<PFN_vkGetMemoryFdKHR>(device, "vkGetMemoryFdKHR");
  if (can.exportsSemaphores)
    f.getSemaphoreFd = deviceFunction<PFN_vkGetSemaphoreFdKHR>(device, "vkGetSemaphoreFdKHR");
  if (instance.isValidated())
    f.setObjectName =
        deviceFunction<PFN_vkSetDebugUtilsObjectNameEXT>(device, "vkSetDebugUtilsObjectNameEXT");
  return f;
}

}  // namespace

Device::Handle::~Handle() {
  if (device != VK_NULL_HANDLE) vkDestroyDevice(device, nullptr);
}

Device::Device(const Instance& instance, const DeviceFacts& chosen)
    : m_facts(chosen),
      m_limits(limitsOf(m_facts)),
      m_handle{createDevice(m_facts, abilitiesOf(m_facts, m_limits))},
      m_pipelineCache(m_facts.handle, m_handle) {
  m_abilities = abilitiesOf(m_facts, m_limits);
  vkGetPhysicalDeviceMemoryProperties(m_facts.handle, &m_memoryTypes);
  vkGetDeviceQueue(m_handle, *m_facts.queueFamily, 0, &m_queue);
  m_functions = loadFunctions(instance, m_handle, m_abilities);
  logInfo("drawing on {} ({}, {})", m_facts.name, deviceTypeName(m_facts.type), m_facts.driver);
}

Device::~Device() {
  logUnlessSuccess(vkDeviceWaitIdle(m_handle), "waiting for the device to finish");
}

void Device::waitIdle() const {
  check(vkDeviceWaitIdle(m_handle), "waiting for the device to finish");
}

void Device::nameObject(VkObjectType type, std::uint64_t handle, std::string_view name) const {
  if (!m_functions.setObjectName) return;
  const std::string text(name);
  VkDebugUtilsObjectNameInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT};
  info.objectType = type;
  info.objectHandle = handle;
  info.pObjectName = text.c_str();
  logUnlessSuccess(m_functions.setObjectName(m_handle, &info), "naming an object");
}

}  // namespace cajal
