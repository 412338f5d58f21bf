#include "engine/render/targets.h"

#include "engine/render/host/formulas.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr VkImageUsageFlags kStorage = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_SAMPLED_BIT;
constexpr VkImageUsageFlags kPicture = VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
                                       VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;

constexpr VkBufferUsageFlags kFilled =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;

// Two 32-bit sums a pixel, and an even number of pixels: the leak handles two at a time.
VkDeviceSize lightBytes(VkExtent2D extent) {
  const VkDeviceSize pixels = VkDeviceSize{extent.width} * extent.height;
  return (pixels + 1) / 2 * 16;
}

VkDeviceSize markBytes(VkExtent2D extent) {
  return VkDeviceSize{host::markWords(extent.width)} * extent.height * sizeof(std::uint32_t);
}

VkExtent2D eighth(VkExtent2D extent) {
  return {(extent.width + 7) / 8, (extent.height + 7) / 8};
}

}  // namespace

RenderTargets::RenderTargets(const Device& device, VkExtent2D size)
    : extent(size),
      depth(device, size, VK_FORMAT_D32_SFLOAT, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT,
            VK_IMAGE_ASPECT_DEPTH_BIT, "depth"),
      light(device, lightBytes(size), kFilled, MemoryUse::device, "edge light"),
      marks(device, markBytes(size), kFilled, MemoryUse::device, "marks of edges that are not finite"),
      small(device, eighth(size), VK_FORMAT_R16G16B16A16_SFLOAT, kStorage, VK_IMAGE_ASPECT_COLOR_BIT,
            "bloom"),
      smallOther(device, eighth(size), VK_FORMAT_R16G16B16A16_SFLOAT, kStorage, VK_IMAGE_ASPECT_COLOR_BIT,
                 "bloom, other") {}

Image makePicture(const Device& device, VkExtent2D extent) {
  return {device, extent, VK_FORMAT_R8G8B8A8_UNORM, kPicture, VK_IMAGE_ASPECT_COLOR_BIT, "picture"};
}

}  // namespace cajal
