#include "engine/render/solid_pass.h"

#include "engine/vulkan/rendering.h"

namespace cajal {
namespace {

constexpr auto kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
constexpr auto kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;

GraphicsPipelineDescription solid(std::string_view vertex, std::string_view fragment,
                                  std::vector<VkDescriptorType> bindings, Blend blend) {
  GraphicsPipelineDescription description;
  description.vertexShader = vertex;
  description.fragmentShader = fragment;
  description.bindings = std::move(bindings);
  description.colourFormats = {VK_FORMAT_R16G16B16A16_SFLOAT};
  description.depthFormat = VK_FORMAT_D32_SFLOAT;
  description.blend = blend;
  description.depthTest = description.depthWrite = true;
  description.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
  return description;
}

}  // namespace

SolidPass::SolidPass(const Device& device)
    : m_planes(device, solid("plane.vert", "plane.frag", {kUniform, kStorage, kStorage, kStorage, kStorage},
                             Blend::opaque)),
      m_nodes(device, solid("node.vert", "node.frag", {kUniform, kStorage, kStorage, kStorage},
                            Blend::premultiplied)) {}

void SolidPass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                     const Buffer& ranges, RenderTargets& targets) const {
  targets.solid.transition(commands, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, access::kColourTarget,
                           Contents::discard);
  targets.depth.transition(commands, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, access::kDepthTarget,
                           Contents::discard);
  beginRendering(commands, {{targets.solid, VkClearColorValue{}}}, DepthTarget{targets.depth, 1.0f});
  if (!scene.planes.empty()) {
    m_planes.bind(commands);
    m_planes.bindings(commands,
                      {uploaded.view, uploaded.planes, scene.planeValues, scene.activations, ranges});
    vkCmdDraw(commands, 4, static_cast<std::uint32_t>(scene.planes.size()), 0, 0);
  }
  if (scene.nodeCount > 0) {
    m_nodes.bind(commands);
    m_nodes.bindings(commands, {uploaded.view, scene.nodes, scene.activations, ranges});
    vkCmdDraw(commands, 4, scene.nodeCount, 0, 0);
  }
  vkCmdEndRendering(commands);
  targets.solid.transition(commands, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, access::kComputeRead);
}

}  // namespace cajal
