#pragma once
// The program's door to Vulkan, and the ear that hears the validation layer.

#include "engine/vulkan/vulkan.h"

#include <memory>
#include <string>
#include <vector>

namespace cajal {

struct InstanceOptions {
  bool window = false;  // the surface extensions too, so that a Swapchain can be made
  // The Khronos validation layer. The environment turns it on as well: CAJAL_VALIDATION=1, or a list with
  // sync (also synchronisation) and best (also best practices). Its GPU-assisted mode is not offered: in the
  // layer of 2023 it takes pushed descriptors for unset ones and loses timelines that QueueSubmit2 signals.
  bool validation = false;
};

// What the validation layer has complained about so far; best-practice advice is logged but not counted.
struct ValidationMessages {
  std::size_t count = 0;
  std::vector<std::string> texts;  // the first hundred
};

// Owner of the VkInstance. Stays where it was made. Devices must go before it.
class Instance {
 public:
  explicit Instance(const InstanceOptions& options);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  VkInstance handle() const { return m_handle; }
  bool isValidated() const { return m_messenger != VK_NULL_HANDLE; }
  ValidationMessages validationMessages() const;  // any thread
  void forgetValidationMessages();

 private:
  struct Ear;  // hears messages from any thread

  std::unique_ptr<Ear> m_ear;
  VkInstance m_handle = VK_NULL_HANDLE;
  VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
};

}  // namespace cajal
