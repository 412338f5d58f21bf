#include "engine/render/line_pass.h"

#include "engine/vulkan/rendering.h"

namespace cajal {
namespace {

constexpr auto kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
constexpr auto kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;

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

void LinePass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                    const Buffer& ranges, const Buffer& projected, Image& target) const {
  target.transition(commands, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget,
                    Contents::discard);
  beginRendering(commands, {{target, VkClearColorValue{}}});
  m_pipeline.bind(commands);
  m_pipeline.bindings(
      commands, {uploaded.view, projected, scene.shownValues, scene.activations, ranges, uploaded.bundles});
  gpu::EdgeStyle style = scene.edges;
  for (std::size_t bundle = 0; bundle < scene.bundles.size(); ++bundle) {
    style.bundle = static_cast<std::uint32_t>(bundle);
    m_pipeline.push(commands, style);
    vkCmdDraw(commands, 2 * m_chords * scene.bundles[bundle].sources, scene.bundles[bundle].targets, 0, 0);
  }
  vkCmdEndRendering(commands);
}

}  // namespace cajal
