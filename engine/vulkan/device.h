#pragma once
// The device we draw on and its one queue. Everything that lives on the GPU is made from it.

#include "engine/vulkan/device_choice.h"
#include "engine/vulkan/pipeline_cache.h"
#include "engine/vulkan/vulkan.h"

#include <cstdint>
#include <string_view>

namespace cajal {

// What this device can do beyond what we need of every device.
struct DeviceAbilities {
  bool presents = false;           // has swapchains, and the instance has surfaces
  bool exportsMemory = false;      // as opaque file descriptors, for MemoryUse::shared
  bool exportsSemaphores = false;  // timeline semaphores as opaque file descriptors
  bool tellsMemoryBudget = false;  // how much of its memory is in use
  bool timestamps = false;         // the queue can tell the time
};

struct DeviceLimits {
  VkDeviceSize bufferBytes = 0;         // the largest buffer
  VkDeviceSize storageRange = 0;        // the most bytes that one storage binding may cover (128 MiB and up)
  VkDeviceSize offsetAlignment = 0;     // of a storage or uniform binding's offset
  std::uint32_t imageSide = 0;          // the widest and highest 2D image, pixels
  std::uint32_t workgroupsPerSide = 0;  // dispatch limit in x (65535 and up)
  double nanosecondsPerTick = 0;        // of a timestamp
  std::uint32_t timestampBits = 0;
};

// Owner of the VkDevice. Stays where it was made, since everything made from it points to it. Render thread
// only.
class Device {
 public:
  Device(const Instance& instance, const DeviceFacts& chosen);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  VkDevice handle() const { return m_handle; }
  VkPhysicalDevice physical() const { return m_facts.handle; }
  VkQueue queue() const { return m_queue; }
  std::uint32_t queueFamily() const { return *m_facts.queueFamily; }
  const DeviceFacts& facts() const { return m_facts; }  // name, driver, UUID
  const DeviceAbilities& can() const { return m_abilities; }
  const DeviceLimits& limits() const { return m_limits; }
  const VkPhysicalDeviceMemoryProperties& memoryTypes() const { return m_memoryTypes; }
  VkPipelineCache pipelineCache() const { return m_pipelineCache.handle(); }

  void waitIdle() const;

  // The name by which validation messages and GPU debuggers call an object.
  template <typename Handle>
  void setName(VkObjectType type, Handle handle, std::string_view name) const {
    nameObject(type, reinterpret_cast<std::uint64_t>(handle), name);
  }

  // Extension functions, which the loader does not export. Null where the extension is not there.
  struct Functions {
    PFN_vkCmdPushDescriptorSetKHR pushDescriptorSet = nullptr;
    PFN_vkGetMemoryFdKHR getMemoryFd = nullptr;
    PFN_vkGetSemaphoreFdKHR getSemaphoreFd = nullptr;
    PFN_vkSetDebugUtilsObjectNameEXT setObjectName = nullptr;
  };
  const Functions& functions() const { return m_functions; }

 private:
  struct Handle {  // so that the members below may count on it until they are gone
    VkDevice device = VK_NULL_HANDLE;
    ~Handle();
    operator VkDevice() const { return device; }
  };

  void nameObject(VkObjectType type, std::uint64_t handle, std::string_view name) const;

  DeviceFacts m_facts;
  DeviceAbilities m_abilities;
  DeviceLimits m_limits;
  VkPhysicalDeviceMemoryProperties m_memoryTypes{};
  Handle m_handle;
  VkQueue m_queue = VK_NULL_HANDLE;
  Functions m_functions;
  PipelineCache m_pipelineCache;
};

}  // namespace cajal
