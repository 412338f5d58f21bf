#include "engine/render/passes/solid_pass.h"

#include <algorithm>

#include "engine/vulkan/rendering.h"

namespace cajal {
namespace {

GraphicsPipelineDescription solid(std::string_view vertex, std::string_view fragment,
                                  std::vector<VkDescriptorType> bindings, Blend blend,
                                  std::uint32_t pushBytes = 0) {
  GraphicsPipelineDescription description;
  description.vertexShader = vertex;
  description.fragmentShader = fragment;
  description.bindings = std::move(bindings);
  description.colourFormats = {VK_FORMAT_R8G8B8A8_UNORM};
  description.depthFormat = VK_FORMAT_D32_SFLOAT;
  description.blend = blend;
  description.depthTest = description.depthWrite = true;
  description.pushBytes = pushBytes;
  description.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
  return description;
}

// The pixels at a border are drawn last: the plane is blended over what the pixel shows already, by the share
// that it covers, and writes no depth.
GraphicsPipelineDescription planes(bool isBorder) {
  GraphicsPipelineDescription description = solid("plane.vert", "plane.frag",
                                                  {kUniform, kStorage, kStorage, kStorage, kStorage, kUniform,
                                                   kUniform, kStorage, kStorage, kStorage, kStorage},
                                                  Blend::alpha);
  description.depthWrite = !isBorder;
  description.constants = {isBorder ? 1u : 0u};  // both: kIsBorder
  return description;
}

GraphicsPipelineDescription halos() {
  GraphicsPipelineDescription description =
      solid("node.vert", "halo.frag", {kUniform, kStorage, kStorage, kStorage, kUniform}, Blend::additive,
            sizeof(gpu::NodeStyle));
  description.depthWrite = false;
  description.constants = {1};  // node.vert: kIsHalo
  return description;
}

// What panels cover is cleared, which costs next to nothing, and nothing is drawn there.
void leaveOut(VkCommandBuffer commands, const RenderScene& scene, VkExtent2D extent) {
  const std::uint32_t left = std::min(scene.view.left, extent.width);
  const VkRect2D rest{{static_cast<std::int32_t>(left), 0}, {extent.width - left, extent.height}};
  vkCmdSetScissor(commands, 0, 1, &rest);
  if (left == 0) return;
  VkClearAttachment clear{VK_IMAGE_ASPECT_COLOR_BIT, 0, {}};
  clear.clearValue.color = {{scene.coveredColor.r, scene.coveredColor.g, scene.coveredColor.b, 1.0f}};
  const VkClearRect covered{{{0, 0}, {left, extent.height}}, 0, 1};
  vkCmdClearAttachments(commands, 1, &clear, 1, &covered);
}

}  // namespace

SolidPass::SolidPass(const Device& device)
    : m_planes(device, planes(false)),
      m_planeBorders(device, planes(true)),
      m_nodes(device, solid("node.vert", "node.frag", {kUniform, kStorage, kStorage, kStorage, kUniform},
                            Blend::premultiplied, sizeof(gpu::NodeStyle))),
      m_halos(device, halos()) {}

void SolidPass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                     std::span<const ReducedPlanes> reduced, Image& depth, Image& picture) const {
  picture.transition(commands, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget);
  depth.transition(commands, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, access::kDepthTarget,
                   Contents::discard);
  beginRendering(commands, {{picture}}, DepthTarget{depth, 1.0f});
  leaveOut(commands, scene, picture.extent());
  drawPlanes(commands, m_planes, uploaded, reduced);
  // Halos first: light in the air, on which spheres then stand with clean rims. Paper does not glow.
  if (scene.tone.isInk == 0) drawNodes(commands, m_halos, uploaded);
  drawNodes(commands, m_nodes, uploaded);
  drawPlanes(commands, m_planeBorders, uploaded, reduced);
  vkCmdEndRendering(commands);
}

void SolidPass::drawPlanes(VkCommandBuffer commands, const GraphicsPipeline& planes,
                           const UploadedScene& scene, std::span<const ReducedPlanes> reduced) const {
  planes.bind(commands);
  for (std::size_t i = 0; i < scene.groups.size(); ++i) {
    const UploadedGroup& group = scene.groups[i];
    const RenderGroup& drawn = group.frame.group;
    if (drawn.planes.empty()) continue;
    planes.bindings(commands, {group.view, group.planes, drawn.planeValues, drawn.activations,
                               group.memory.ranges, group.colors, scene.tone, looksOf(drawn),
                               reduced[i].planes, reduced[i].blocks, group.outlines});
    vkCmdDraw(commands, 4, static_cast<std::uint32_t>(drawn.planes.size()), 0, 0);
  }
}

void SolidPass::drawNodes(VkCommandBuffer commands, const GraphicsPipeline& nodes,
                          const UploadedScene& scene) const {
  nodes.bind(commands);
  for (const UploadedGroup& group : scene.groups) {
    const RenderGroup& drawn = group.frame.group;
    const std::vector<NodeSpan> spans = shownNodes(drawn);
    if (spans.empty()) continue;
    nodes.bindings(commands,
                   {group.view, drawn.nodes, group.frame.nodeValues, group.memory.ranges, scene.tone});
    nodes.push(commands, drawn.nodeStyle);
    for (const NodeSpan& span : spans) vkCmdDraw(commands, 4, span.count, 0, span.first);
  }
}

}  // namespace cajal
