#pragma once
// Where a window shows its pictures.

#include "engine/vulkan/vulkan.h"

#include <utility>

namespace cajal {

// Owner of a VkSurfaceKHR; made by Window::createSurface(). Goes before the window and the instance.
class Surface {
 public:
  Surface(VkInstance instance, VkSurfaceKHR handle) : m_instance(instance), m_handle(handle) {}
  Surface(Surface&& other) noexcept
      : m_instance(other.m_instance), m_handle(std::exchange(other.m_handle, VK_NULL_HANDLE)) {}
  Surface& operator=(Surface&& other) noexcept {
    std::swap(m_instance, other.m_instance);
    std::swap(m_handle, other.m_handle);
    return *this;
  }
  ~Surface() {
    if (m_handle != VK_NULL_HANDLE) vkDestroySurfaceKHR(m_instance, m_handle, nullptr);
  }

  VkSurfaceKHR handle() const { return m_handle; }

 private:
  VkInstance m_instance;
  VkSurfaceKHR m_handle;
};

}  // namespace cajal
