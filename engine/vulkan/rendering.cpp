#include "engine/vulkan/rendering.h"

#include "engine/base/error.h"

#include <vector>

namespace cajal {

namespace {

VkRenderingAttachmentInfo attachment(VkImageView view, VkImageLayout layout, bool clears,
                                     VkClearValue value) {
  VkRenderingAttachmentInfo info{VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO};
  info.imageView = view;
  info.imageLayout = layout;
  info.loadOp = clears ? VK_ATTACHMENT_LOAD_OP_CLEAR : VK_ATTACHMENT_LOAD_OP_LOAD;
  info.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
  info.clearValue = value;
  return info;
}

}  // namespace

void beginRendering(VkCommandBuffer commands, std::initializer_list<ColourTarget> colours,
                    std::optional<DepthTarget> depth) {
  require(colours.size() > 0 || depth.has_value(), "drawing has a target");
  const VkExtent2D extent = colours.size() > 0 ? colours.begin()->image.extent() : depth->image.extent();
  std::vector<VkRenderingAttachmentInfo> colourInfos;
  for (const ColourTarget& target : colours)
    colourInfos.push_back(attachment(target.image.view(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                                     target.clear.has_value(),
                                     {.color = target.clear.value_or(VkClearColorValue{})}));
  VkRenderingAttachmentInfo depthInfo{VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO};
  if (depth)
    depthInfo = attachment(depth->image.view(), VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL,
                           depth->clear.has_value(), {.depthStencil = {depth->clear.value_or(0.0F), 0}});
  VkRenderingInfo info{VK_STRUCTURE_TYPE_RENDERING_INFO};
  info.renderArea = {{0, 0}, extent};
  info.layerCount = 1;
  info.colorAttachmentCount = static_cast<std::uint32_t>(colourInfos.size());
  info.pColorAttachments = colourInfos.data();
  info.pDepthAttachment = depth ? &depthInfo : nullptr;
  vkCmdBeginRendering(commands, &info);
  setViewport(commands, extent);
}

void setViewport(VkCommandBuffer commands, VkExtent2D extent) {
  const VkViewport viewport{0, 0, static_cast<float>(extent.width), static_cast<float>(extent.height), 0, 1};
  const VkRect2D scissor{{0, 0}, extent};
  vkCmdSetViewport(commands, 0, 1, &viewport);
  vkCmdSetScissor(commands, 0, 1, &scissor);
}

}  // namespace cajal
