#pragma once
// Device memory, named by what it is for.
//
// Each buffer and image has an allocation of its own ("dedicated"). We have some dozens of them, thousands
// are allowed; drivers give dedicated memory the large pages that random access needs; and exporting is only
// safe so. What is small and many (uniforms, instances) shares the upload blocks of a Frame.

#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace cajal {

class Device;

enum class MemoryUse {
  device,    // for the GPU alone
  upload,    // the host writes, the GPU reads once; always mapped
  readback,  // the GPU writes, the host reads; cached, always mapped
  mapped,    // GPU and host read and write; in GPU memory where the host can reach it; always mapped
  shared,    // for the GPU, and exported to another API as a file descriptor
};

struct MemoryRequest {
  VkMemoryRequirements requirements{};
  MemoryUse use = MemoryUse::device;
  VkBuffer buffer = VK_NULL_HANDLE;  // the one it is dedicated to,
  VkImage image = VK_NULL_HANDLE;    // or this one
  std::string_view name;
};

// Owner of one allocation, mapped for all its life where its use says so. Coherent: nothing needs flushing.
class Memory {
 public:
  Memory() = default;  // none yet
  Memory(const Device& device, const MemoryRequest& request);

  VkDeviceMemory handle() const { return m_memory.get(); }
  VkDeviceSize size() const { return m_size; }    // what was allocated: at least what was asked for
  std::byte* mapped() const { return m_mapped; }  // null for device and shared
  int exportFd() const;  // MemoryUse::shared; a new descriptor, the caller's to close

 private:
  const Device* m_device = nullptr;
  VkDeviceSize m_size = 0;
  OwnedMemory m_memory;
  std::byte* m_mapped = nullptr;
};

// Memory types fit for `use` among those in `typeBits`, best first.
std::vector<std::uint32_t> memoryTypesFor(const VkPhysicalDeviceMemoryProperties& types,
                                          std::uint32_t typeBits, MemoryUse use);

// The device's own heaps together. Unknown where the driver does not tell.
struct MemoryBudget {
  VkDeviceSize used = 0;    // bytes, by this process
  VkDeviceSize budget = 0;  // bytes this process may use in all
};
std::optional<MemoryBudget> memoryBudget(const Device& device);

}  // namespace cajal
