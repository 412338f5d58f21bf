#include "engine/vulkan/swapchain.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

#include <algorithm>
#include <array>

namespace cajal {

namespace {

constexpr std::uint64_t kAcquireNanoseconds =
    500'000'000;  // a hidden window must not stop training's display

// ---- what the surface offers, and what we take

VkSurfaceFormatKHR chooseFormat(const Device& device, VkSurfaceKHR surface) {
  std::uint32_t count = 0;
  check(vkGetPhysicalDeviceSurfaceFormatsKHR(device.physical(), surface, &count, nullptr),
        "counting the window's formats");
  std::vector<VkSurfaceFormatKHR> formats(count);
  check(vkGetPhysicalDeviceSurfaceFormatsKHR(device.physical(), surface, &count, formats.data()),
        "listing the window's formats");
  require(!formats.empty(), "a surface has at least one format");
  // Our picture is sRGB-encoded already, so the format must not encode it again.
  for (const VkFormat wanted : {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_R8G8B8A8_UNORM})
    for (const VkSurfaceFormatKHR& format : formats)
      if (format.format == wanted && format.colorSpace == VK_COLOR_SPACE_SRGB_NONLINEAR_KHR) return format;
  return formats.front();
}

VkPresentModeKHR choosePresentMode(const Device& device, VkSurfaceKHR surface, bool vsync) {
  if (vsync) return VK_PRESENT_MODE_FIFO_KHR;  // always there
  std::uint32_t count = 0;
  check(vkGetPhysicalDeviceSurfacePresentModesKHR(device.physical(), surface, &count, nullptr),
        "counting the window's present modes");
  std::vector<VkPresentModeKHR> modes(count);
  check(vkGetPhysicalDeviceSurfacePresentModesKHR(device.physical(), surface, &count, modes.data()),
        "listing the window's present modes");
  for (const VkPresentModeKHR wanted : {VK_PRESENT_MODE_MAILBOX_KHR, VK_PRESENT_MODE_IMMEDIATE_KHR})
    if (std::find(modes.begin(), modes.end(), wanted) != modes.end()) return wanted;
  return VK_PRESENT_MODE_FIFO_KHR;
}

VkExtent2D chooseExtent(const VkSurfaceCapabilitiesKHR& surface, VkExtent2D framebuffer) {
  constexpr std::uint32_t kUpToUs = 0xFFFFFFFF;
  if (framebuffer.width == 0 || framebuffer.height == 0) return {};
  if (surface.currentExtent.width != kUpToUs) return surface.currentExtent;
  return {std::clamp(framebuffer.width, surface.minImageExtent.width, surface.maxImageExtent.width),
          std::clamp(framebuffer.height, surface.minImageExtent.height, surface.maxImageExtent.height)};
}

std::uint32_t chooseImageCount(const VkSurfaceCapabilitiesKHR& surface) {
  const std::uint32_t wanted = std::max(3U, surface.minImageCount + 1);
  return surface.maxImageCount > 0 ? std::min(wanted, surface.maxImageCount) : wanted;
}

OwnedSemaphore createSemaphore(const Device& device) {
  const VkSemaphoreCreateInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
  VkSemaphore semaphore = VK_NULL_HANDLE;
  check(vkCreateSemaphore(device.handle(), &info, nullptr, &semaphore), "creating a swapchain semaphore");
  return {device.handle(), semaphore};
}

std::vector<OwnedSemaphore> createSemaphores(const Device& device, std::size_t count) {
  std::vector<OwnedSemaphore> semaphores;
  for (std::size_t i = 0; i < count; ++i) semaphores.push_back(createSemaphore(device));
  return semaphores;
}

std::array<VkOffset3D, 2> cornersOf(VkExtent2D extent) {
  return {
      {{0, 0, 0}, {static_cast<std::int32_t>(extent.width), static_cast<std::int32_t>(extent.height), 1}}};
}

}  // namespace

// ---- its life

Swapchain::Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D framebuffer, bool vsync)
    : m_device(&device), m_surface(surface), m_vsync(vsync), m_format(chooseFormat(device, surface)) {
  rebuild(framebuffer);
}

Swapchain::~Swapchain() {
  logUnlessSuccess(vkDeviceWaitIdle(m_device->handle()), "waiting for the last picture to be shown");
}

void Swapchain::resize(VkExtent2D framebuffer) {
  m_device->waitIdle();
  rebuild(framebuffer);
}

void Swapchain::rebuild(VkExtent2D framebuffer) {
  VkSurfaceCapabilitiesKHR surface{};
  const VkResult result =
      vkGetPhysicalDeviceSurfaceCapabilitiesKHR(m_device->physical(), m_surface, &surface);
  m_isSurfaceLost = result == VK_ERROR_SURFACE_LOST_KHR;
  if (m_isSurfaceLost) return;
  check(result, "asking for the window's capabilities");
  m_extent = chooseExtent(surface, framebuffer);
  m_isSuboptimal = false;
  m_images.clear();
  if (m_extent.width == 0 || m_extent.height == 0) {
    m_extent = {};
    m_swapchain = {};
    return;
  }
  m_presentMode = choosePresentMode(*m_device, m_surface, m_vsync);
  m_swapchain = {m_device->handle(), create(surface, m_swapchain.get())};
  std::uint32_t count = 0;
  check(vkGetSwapchainImagesKHR(m_device->handle(), m_swapchain.get(), &count, nullptr),
        "counting the window's images");
  m_images.resize(count);
  check(vkGetSwapchainImagesKHR(m_device->handle(), m_swapchain.get(), &count, m_images.data()),
        "listing the window's images");
  // New ones, since the old may have been left signalled by an image that was never shown.
  m_acquired = createSemaphores(*m_device, count + 1);
  m_drawn = createSemaphores(*m_device, count);
}

VkSwapchainKHR Swapchain::create(const VkSurfaceCapabilitiesKHR& surface, VkSwapchainKHR old) const {
  VkSwapchainCreateInfoKHR info{VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR};
  info.surface = m_surface;
  info.minImageCount = chooseImageCount(surface);
  info.imageFormat = m_format.format;
  info.imageColorSpace = m_format.colorSpace;
  info.imageExtent = m_extent;
  info.imageArrayLayers = 1;
  info.imageUsage = VK_IMAGE_USAGE_TRANSFER_DST_BIT;
  info.preTransform = surface.currentTransform;
  info.compositeAlpha = VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR;
  if (!(surface.supportedCompositeAlpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR))
    info.compositeAlpha = VK_COMPOSITE_ALPHA_INHERIT_BIT_KHR;
  info.presentMode = m_presentMode;
  info.clipped = VK_TRUE;
  info.oldSwapchain = old;
  VkSwapchainKHR swapchain = VK_NULL_HANDLE;
  check(vkCreateSwapchainKHR(m_device->handle(), &info, nullptr, &swapchain), "creating the window's images");
  return swapchain;
}

// ---- a frame

SwapchainImage Swapchain::acquire() {
  if (m_isSurfaceLost) return {.state = SwapchainState::surfaceLost};
  if (!m_swapchain) return {.state = SwapchainState::minimised};
  const VkSemaphore acquired = m_acquired[m_turn].get();
  std::uint32_t index = 0;
  const VkResult result = vkAcquireNextImageKHR(m_device->handle(), m_swapchain.get(), kAcquireNanoseconds,
                                                acquired, VK_NULL_HANDLE, &index);
  switch (result) {
    case VK_ERROR_OUT_OF_DATE_KHR: return {.state = SwapchainState::outOfDate};
    case VK_ERROR_SURFACE_LOST_KHR: return {.state = SwapchainState::surfaceLost};
    case VK_TIMEOUT:
    case VK_NOT_READY: return {.state = SwapchainState::notReady};
    case VK_SUBOPTIMAL_KHR: m_isSuboptimal = true; break;  // the image can be used
    default: check(result, "taking the window's next image");
  }
  m_turn = (m_turn + 1) % m_acquired.size();
  return {.state = SwapchainState::ready,
          .index = index,
          .image = m_images[index],
          .acquired = {acquired, 0, VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT},
          .drawn = {m_drawn[index].get(), 0, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT}};
}

void Swapchain::copyInto(VkCommandBuffer commands, Image& picture, const SwapchainImage& target) const {
  picture.transition(commands, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, access::kCopyRead);
  // Begins where the submission waited for the image, so that the two are in order.
  imageBarrier(commands, {.image = target.image,
                          .newLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                          .before = {VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT, VK_ACCESS_2_NONE},
                          .after = access::kCopyWrite});
  VkImageBlit region{};
  region.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.dstSubresource = region.srcSubresource;
  std::copy_n(cornersOf(picture.extent()).begin(), 2, region.srcOffsets);
  std::copy_n(cornersOf(m_extent).begin(), 2, region.dstOffsets);
  vkCmdBlitImage(commands, picture.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, target.image,
                 VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region, VK_FILTER_LINEAR);
  imageBarrier(commands, {.image = target.image,
                          .oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                          .newLayout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR,
                          .before = access::kCopyWrite,
                          .after = access::kNone});
}

SwapchainState Swapchain::present(const SwapchainImage& drawn) {
  require(drawn.isReady(), "only an image that was acquired is shown");
  const VkSwapchainKHR swapchain = m_swapchain.get();
  VkPresentInfoKHR info{VK_STRUCTURE_TYPE_PRESENT_INFO_KHR};
  info.waitSemaphoreCount = 1;
  info.pWaitSemaphores = &drawn.drawn.semaphore;
  info.swapchainCount = 1;
  info.pSwapchains = &swapchain;
  info.pImageIndices = &drawn.index;
  const VkResult result = vkQueuePresentKHR(m_device->queue(), &info);
  switch (result) {
    case VK_ERROR_OUT_OF_DATE_KHR:
    case VK_SUBOPTIMAL_KHR: return SwapchainState::outOfDate;
    case VK_ERROR_SURFACE_LOST_KHR: return SwapchainState::surfaceLost;
    default: check(result, "showing a picture in the window");
  }
  return m_isSuboptimal ? SwapchainState::outOfDate : SwapchainState::ready;
}

}  // namespace cajal
