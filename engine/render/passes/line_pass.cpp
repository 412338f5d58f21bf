#include "engine/render/passes/line_pass.h"

#include "engine/vulkan/rendering.h"

namespace cajal {
namespace {

GraphicsPipelineDescription lines(VkFormat format, std::uint32_t chords) {
  GraphicsPipelineDescription description;
  description.vertexShader = "lines.vert";
  description.fragmentShader = "lines.frag";
  description.bindings = {kUniform, kStorage, kStorage, kStorage, kStorage, kStorage};
  description.pushBytes = sizeof(gpu::EdgeStyle);
  description.colourFormats = {format};
  description.blend = Blend::additive;
  description.topology = VK_PRIMITIVE_TOPOLOGY_LINE_LIST;
  description.constants = {chords};
  return description;
}

}  // namespace

LinePass::LinePass(const Device& device, VkFormat format, std::uint32_t chords)
    : m_chords(chords), m_pipeline(device, lines(format, chords)) {}

void LinePass::draw(VkCommandBuffer commands, const UploadedScene& scene, Image& target) const {
  target.transition(commands, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget,
                    Contents::discard);
  beginRendering(commands, {{target, VkClearColorValue{}}});
  m_pipeline.bind(commands);
  for (const UploadedGroup& group : scene.groups) {
    const RenderGroup& drawn = group.frame.group;
    m_pipeline.bindings(commands, {group.view, group.memory.projected, drawn.shownValues, drawn.activations,
                                   group.memory.ranges, scene.bundles});
    gpu::EdgeStyle style = drawn.edges;
    for (std::uint32_t index = 0; index < drawn.bundles.size(); ++index) {
      style.bundle = group.frame.firstBundle + index;
      m_pipeline.push(commands, style);
      vkCmdDraw(commands, 2 * m_chords * drawn.bundles[index].sources, drawn.bundles[index].targets, 0, 0);
    }
  }
  vkCmdEndRendering(commands);
}

}  // namespace cajal
