#pragma once
// Beginning and ending to draw triangles into images (dynamic rendering).

#include "engine/vulkan/image.h"
#include "engine/vulkan/vulkan.h"

#include <initializer_list>
#include <optional>

namespace cajal {

struct ColourTarget {
  const Image& image;                        // in layout COLOR_ATTACHMENT_OPTIMAL
  std::optional<VkClearColorValue> clear{};  // empty: draw over what is there
};

struct DepthTarget {
  const Image& image;            // in layout DEPTH_ATTACHMENT_OPTIMAL
  std::optional<float> clear{};  // empty: go on with the depth that is there
};

// Viewport and scissor become the whole of the first target. End with vkCmdEndRendering.
void beginRendering(VkCommandBuffer commands, std::initializer_list<ColourTarget> colours,
                    std::optional<DepthTarget> depth = std::nullopt);

// Viewport and scissor of a picture so large, y down.
void setViewport(VkCommandBuffer commands, VkExtent2D extent);

}  // namespace cajal
