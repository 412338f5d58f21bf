#pragma once
// A picture on the GPU: image, memory, one view; and the sampler to look at it through.

#include "engine/vulkan/barrier.h"
#include "engine/vulkan/buffer.h"
#include "engine/vulkan/memory.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/vulkan.h"

#include <string_view>

namespace cajal {

enum class Contents { keep, discard };

// Owner of a 2D image: one mip level, one layer, one sample. Remembers how it was used last, so that
// transition() need only be told what comes next. Commands must be submitted in the order they were recorded.
class Image {
 public:
  Image(const Device& device, VkExtent2D extent, VkFormat format, VkImageUsageFlags usage,
        VkImageAspectFlags aspect, std::string_view name);

  VkImage handle() const { return m_image.get(); }
  VkImageView view() const { return m_view.get(); }  // null if the image is only copied
  VkExtent2D extent() const { return m_extent; }     // pixels
  VkFormat format() const { return m_format; }
  VkImageAspectFlags aspect() const { return m_aspect; }
  VkImageLayout layout() const { return m_layout; }  // after the commands recorded so far

  // Waits for the last use, then makes the image fit for the next one. Discarded contents are undefined.
  void transition(VkCommandBuffer commands, VkImageLayout layout, Access next,
                  Contents contents = Contents::keep);

  // To be called where something else than transition() has changed the layout, such as a render pass.
  void wasLeft(VkImageLayout layout, Access last);

 private:
  VkExtent2D m_extent;
  VkFormat m_format;
  VkImageAspectFlags m_aspect;
  Memory m_memory;  // goes after what lies in it
  OwnedImage m_image;
  OwnedImageView m_view;
  VkImageLayout m_layout = VK_IMAGE_LAYOUT_UNDEFINED;
  Access m_lastUse;
};

// Clamps to the edge.
class Sampler {
 public:
  Sampler(const Device& device, VkFilter filter);
  VkSampler handle() const { return m_sampler.get(); }

 private:
  OwnedSampler m_sampler;
};

// Bytes of a pixel in the formats we use; a bug to ask for others.
VkDeviceSize bytesPerPixel(VkFormat format);

// Copies a whole colour image into a buffer, rows close together. The image is in TRANSFER_SRC_OPTIMAL.
void copyToBuffer(VkCommandBuffer commands, const Image& image, VkBuffer buffer, VkDeviceSize offset = 0);

// Copies a buffer into a whole colour image, which is in TRANSFER_DST_OPTIMAL.
void copyToImage(VkCommandBuffer commands, const BufferRange& pixels, const Image& image);

}  // namespace cajal
