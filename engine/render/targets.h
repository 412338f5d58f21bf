#pragma once
// What has the size of the picture: the picture itself, and what shaders draw into on the way to it.

#include "engine/vulkan/buffer.h"
#include "engine/vulkan/image.h"

namespace cajal {

class Device;

// Of shaders alone. Made anew when the size changes; the old one goes to the frame that may still use it.
struct RenderTargets {
  RenderTargets(const Device& device, VkExtent2D extent);

  VkExtent2D extent;
  Image depth;
  Buffer light;      // (height, width, 2) whole numbers: positive and negative light of edges
  Buffer marks;      // (height, words of a row): a bit a pixel, where an edge passes that is not finite
  Image small;       // an eighth of each side, for the bloom
  Image smallOther;  // the other end of each blur
};

// sRGB-encoded bytes. Panels are drawn over it when it is finished.
Image makePicture(const Device& device, VkExtent2D extent);

// Pictures have at least one pixel a side and at most this many, also where the device allows more.
inline constexpr std::uint32_t kLargestPictureSide = 16'384;

}  // namespace cajal
