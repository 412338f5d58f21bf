#include "engine/vulkan/image.h"

#include "engine/vulkan/check.h"
#include "engine/vulkan/device.h"

namespace cajal {

namespace {

// An image with none of these is only copied, and Vulkan allows it no view.
constexpr VkImageUsageFlags kLookedAt = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_STORAGE_BIT |
                                        VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
                                        VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT;

VkImage createImage(const Device& device, VkExtent2D extent, VkFormat format, VkImageUsageFlags usage,
                    std::string_view name) {
  require(extent.width > 0 && extent.height > 0, "an image has at least one pixel");
  const std::uint32_t side = device.limits().imageSide;
  if (extent.width > side || extent.height > side)
    throw Error(ExitCode::gpu,
                fmt::format("{} would be {}x{} pixels, and {} draws at most {}x{}; ask for a smaller "
                            "picture",
                            name, extent.width, extent.height, device.facts().name, side, side));
  VkImageCreateInfo info{VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
  info.imageType = VK_IMAGE_TYPE_2D;
  info.format = format;
  info.extent = {extent.width, extent.height, 1};
  info.mipLevels = 1;
  info.arrayLayers = 1;
  info.samples = VK_SAMPLE_COUNT_1_BIT;
  info.tiling = VK_IMAGE_TILING_OPTIMAL;
  info.usage = usage;
  VkImage image = VK_NULL_HANDLE;
  check(vkCreateImage(device.handle(), &info, nullptr, &image), fmt::format("creating the image {}", name));
  device.setName(VK_OBJECT_TYPE_IMAGE, image, name);
  return image;
}

MemoryRequest memoryFor(const Device& device, VkImage image, std::string_view name) {
  MemoryRequest request;
  vkGetImageMemoryRequirements(device.handle(), image, &request.requirements);
  request.image = image;
  request.name = name;
  return request;
}

VkImageView createView(const Device& device, VkImage image, VkFormat format, VkImageAspectFlags aspect,
                       std::string_view name) {
  VkImageViewCreateInfo info{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
  info.image = image;
  info.viewType = VK_IMAGE_VIEW_TYPE_2D;
  info.format = format;
  info.subresourceRange = {aspect, 0, 1, 0, 1};
  VkImageView view = VK_NULL_HANDLE;
  check(vkCreateImageView(device.handle(), &info, nullptr, &view),
        fmt::format("creating a view of {}", name));
  return view;
}

}  // namespace

Image::Image(const Device& device, VkExtent2D extent, VkFormat format, VkImageUsageFlags usage,
             VkImageAspectFlags aspect, std::string_view name)
    : m_extent(extent),
      m_format(format),
      m_aspect(aspect),
      m_image(device.handle(), createImage(device, extent, format, usage, name)) {
  m_memory = Memory(device, memoryFor(device, m_image.get(), name));
  check(vkBindImageMemory(device.handle(), m_image.get(), m_memory.handle(), 0),
        fmt::format("giving {} its memory", name));
  if (usage & kLookedAt) m_view = {device.handle(), createView(device, m_image.get(), format, aspect, name)};
}

void Image::transition(VkCommandBuffer commands, VkImageLayout layout, Access next, Contents contents) {
  imageBarrier(commands, {.image = m_image.get(),
                          .aspect = m_aspect,
                          .oldLayout = contents == Contents::keep ? m_layout : VK_IMAGE_LAYOUT_UNDEFINED,
                          .newLayout = layout,
                          .before = m_lastUse,
                          .after = next});
  wasLeft(layout, next);
}

void Image::wasLeft(VkImageLayout layout, Access last) {
  m_layout = layout;
  m_lastUse = last;
}

Sampler::Sampler(const Device& device, VkFilter filter) {
  VkSamplerCreateInfo info{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
  info.magFilter = filter;
  info.minFilter = filter;
  info.addressModeU = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
  info.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
  info.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
  VkSampler sampler = VK_NULL_HANDLE;
  check(vkCreateSampler(device.handle(), &info, nullptr, &sampler), "creating a sampler");
  m_sampler = {device.handle(), sampler};
}

VkDeviceSize bytesPerPixel(VkFormat format) {
  switch (format) {
    case VK_FORMAT_R8_UNORM: return 1;
    case VK_FORMAT_R16_SFLOAT: return 2;
    case VK_FORMAT_R8G8B8A8_UNORM:
    case VK_FORMAT_R8G8B8A8_SRGB:
    case VK_FORMAT_B8G8R8A8_UNORM:
    case VK_FORMAT_B8G8R8A8_SRGB:
    case VK_FORMAT_R32_UINT:
    case VK_FORMAT_R32_SINT:
    case VK_FORMAT_R32_SFLOAT:
    case VK_FORMAT_D32_SFLOAT: return 4;
    case VK_FORMAT_R16G16B16A16_SFLOAT:
    case VK_FORMAT_R32G32_UINT:
    case VK_FORMAT_R32G32_SFLOAT: return 8;
    case VK_FORMAT_R32G32B32A32_SFLOAT: return 16;
    default:
      throw Error(ExitCode::bug, fmt::format("bytesPerPixel: add format {}", static_cast<int>(format)));
  }
}

namespace {

// Of the whole image, rows close together.
VkBufferImageCopy wholeImage(const Image& image, VkDeviceSize offset) {
  VkBufferImageCopy region{};
  region.bufferOffset = offset;
  region.imageSubresource = {image.aspect(), 0, 0, 1};
  region.imageExtent = {image.extent().width, image.extent().height, 1};
  return region;
}

}  // namespace

void copyToBuffer(VkCommandBuffer commands, const Image& image, VkBuffer buffer, VkDeviceSize offset) {
  const VkBufferImageCopy region = wholeImage(image, offset);
  vkCmdCopyImageToBuffer(commands, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, buffer, 1, &region);
}

void copyToImage(VkCommandBuffer commands, const BufferRange& pixels, const Image& image) {
  const VkBufferImageCopy region = wholeImage(image, pixels.offset);
  vkCmdCopyBufferToImage(commands, pixels.buffer, image.handle(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1,
                         &region);
}

}  // namespace cajal
