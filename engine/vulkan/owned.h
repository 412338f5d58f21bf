#pragma once
// Owner of one Vulkan object that was made from a device.

#include "engine/vulkan/vulkan.h"

#include <utility>

namespace cajal {

// Calls its vkDestroy... when it goes. Moves; empty after being moved from.
template <typename Handle, auto destroy>
class Owned {
 public:
  Owned() = default;
  Owned(VkDevice device, Handle handle) : m_device(device), m_handle(handle) {}
  Owned(Owned&& other) noexcept { swap(other); }
  Owned& operator=(Owned&& other) noexcept {
    Owned taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Owned() {
    if (m_handle != VK_NULL_HANDLE) destroy(m_device, m_handle, nullptr);
  }

  Handle get() const { return m_handle; }
  explicit operator bool() const { return m_handle != VK_NULL_HANDLE; }

 private:
  void swap(Owned& other) noexcept {
    std::swap(m_device, other.m_device);
    std::swap(m_handle, other.m_handle);
  }

  VkDevice m_device = VK_NULL_HANDLE;
  Handle m_handle = VK_NULL_HANDLE;
};

using OwnedBuffer = Owned<VkBuffer, vkDestroyBuffer>;
using OwnedCommandPool = Owned<VkCommandPool, vkDestroyCommandPool>;
using OwnedDescriptorPool = Owned<VkDescriptorPool, vkDestroyDescriptorPool>;
using OwnedFence = Owned<VkFence, vkDestroyFence>;
using OwnedFramebuffer = Owned<VkFramebuffer, vkDestroyFramebuffer>;
using OwnedImage = Owned<VkImage, vkDestroyImage>;
using OwnedImageView = Owned<VkImageView, vkDestroyImageView>;
using OwnedMemory = Owned<VkDeviceMemory, vkFreeMemory>;
using OwnedPipeline = Owned<VkPipeline, vkDestroyPipeline>;
using OwnedPipelineCache = Owned<VkPipelineCache, vkDestroyPipelineCache>;
using OwnedPipelineLayout = Owned<VkPipelineLayout, vkDestroyPipelineLayout>;
using OwnedQueryPool = Owned<VkQueryPool, vkDestroyQueryPool>;
using OwnedRenderPass = Owned<VkRenderPass, vkDestroyRenderPass>;
using OwnedSampler = Owned<VkSampler, vkDestroySampler>;
using OwnedSemaphore = Owned<VkSemaphore, vkDestroySemaphore>;
using OwnedSetLayout = Owned<VkDescriptorSetLayout, vkDestroyDescriptorSetLayout>;
using OwnedShaderModule = Owned<VkShaderModule, vkDestroyShaderModule>;
using OwnedSwapchain = Owned<VkSwapchainKHR, vkDestroySwapchainKHR>;

}  // namespace cajal
