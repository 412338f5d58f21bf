#pragma once
// Everything a frame draws into that has the size of the picture.

#include "engine/vulkan/buffer.h"
#include "engine/vulkan/image.h"

namespace cajal {

class Device;

// Made anew when the size changes; the old one goes to the frame that may still use it.
struct RenderTargets {
  RenderTargets(const Device& device, VkExtent2D extent);

  VkExtent2D extent;
  Image depth;
  Buffer light;      // (height, width, 2) whole numbers: positive and negative light of edges
  Buffer marks;      // (height, words of a row): a bit a pixel, where an edge passes that is not finite
  Image small;       // an eighth of each side, for the bloom
  Image smallOther;  // the other end of each blur
  Image picture;     // finished, sRGB-encoded bytes; the UI draws over it
};

// Pictures have at least one pixel and at most this many a side, whatever the device would allow.
inline constexpr std::uint32_t kLargestPictureSide = 16'384;

}  // namespace cajal
