#pragma once
// The window's own images, into which the finished picture is copied.

#include "engine/vulkan/image.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/timeline.h"
#include "engine/vulkan/vulkan.h"

#include <vector>

namespace cajal {

enum class SwapchainState {
  ready,
  outOfDate,    // the window has another size now: resize(), and draw the next frame
  minimised,    // the window shows nothing: do not draw for it
  notReady,     // no image was free in time: skip showing this frame
  surfaceLost,  // the surface is gone: make a new one from the window, then a new Swapchain; or end
};

// The image to fill in this frame, if state is ready.
struct SwapchainImage {
  SwapchainState state = SwapchainState::notReady;
  std::uint32_t index = 0;
  VkImage image = VK_NULL_HANDLE;
  SemaphoreAt acquired;  // the frame's submission waits for it,
  SemaphoreAt drawn;     // and signals this one; present() waits for that
  bool isReady() const { return state == SwapchainState::ready; }
};

// Owner of the swapchain. In each frame, after Frames::begin(): acquire(), copy into it, Frames::submit()
// with its two semaphores, present(). Has more images than frames are in flight.
class Swapchain {
 public:
  // `vsync`: pictures change only between two refreshes of the screen, and the loop waits for them.
  Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D framebuffer, bool vsync);
  ~Swapchain();
  Swapchain(const Swapchain&) = delete;
  Swapchain& operator=(const Swapchain&) = delete;

  SwapchainImage acquire();
  // The whole picture, scaled to the window if it has another size; blits, so formats may differ.
  void copyInto(VkCommandBuffer commands, Image& picture, const SwapchainImage& target) const;
  SwapchainState present(const SwapchainImage& drawn);

  // Waits for the device, then makes new images. 0×0 is a minimised window.
  void resize(VkExtent2D framebuffer);

  VkExtent2D extent() const { return m_extent; }  // pixels; 0×0 while minimised

 private:
  void rebuild(VkExtent2D framebuffer);
  VkSwapchainKHR create(const VkSurfaceCapabilitiesKHR& surface, VkSwapchainKHR old) const;

  const Device* m_device;
  VkSurfaceKHR m_surface;
  bool m_vsync;
  VkSurfaceFormatKHR m_format{};
  VkPresentModeKHR m_presentMode = VK_PRESENT_MODE_FIFO_KHR;
  VkExtent2D m_extent{};
  OwnedSwapchain m_swapchain;  // empty while minimised
  std::vector<VkImage> m_images;
  // m_acquired has one semaphore more than there are images. They are used in turn, so that each is used
  // again only after its frame was waited for. m_drawn has one semaphore an image: only when an image is
  // acquired again is it known that its presentation no longer waits for the semaphore.
  std::vector<OwnedSemaphore> m_acquired;
  std::vector<OwnedSemaphore> m_drawn;
  std::size_t m_turn = 0;
  bool m_isSuboptimal = false;
  bool m_isSurfaceLost = false;
};

}  // namespace cajal
