#pragma once
// A number on the GPU that only grows. A wait for a value ends as soon as that value, or a larger one, is
// signalled.

#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <cstdint>
#include <string_view>

namespace cajal {

class Device;

// A semaphore to wait for before, or to signal after, submitted work.
struct SemaphoreAt {
  VkSemaphore semaphore = VK_NULL_HANDLE;
  std::uint64_t value = 0;  // of a timeline; a binary semaphore has none
  VkPipelineStageFlags2 stage = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
};

// `no`: stays in this process. `yes`: can be given to another API; an error where the device cannot.
enum class Exported { no, yes };

class Timeline {
 public:
  Timeline(const Device& device, std::string_view name, Exported exported = Exported::no);

  VkSemaphore handle() const { return m_semaphore.get(); }
  std::uint64_t value() const;  // signalled so far
  SemaphoreAt at(std::uint64_t value,
                 VkPipelineStageFlags2 stage = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT) const;

  // False if the value was not reached in time.
  [[nodiscard]] bool wait(std::uint64_t value, double timeoutSeconds) const;
  void signal(std::uint64_t value) const;  // from the host

  int exportFd() const;  // a new opaque file descriptor, the caller's to close

 private:
  const Device* m_device;
  OwnedSemaphore m_semaphore;
};

}  // namespace cajal
