#include "engine/render/range_pass.h"

namespace cajal {
namespace {

struct Constants {
  float adaptation;
  std::uint32_t frame;
};

}  // namespace

RangePass::RangePass(const Device& device)
    : m_pipeline(device, "ranges.comp", std::vector(7, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER),
                 sizeof(Constants)) {}

void RangePass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                     const Buffer& ranges) const {
  if (scene.ranges.empty()) return;
  m_pipeline.bind(commands);
  m_pipeline.bindings(
      commands, {uploaded.ranges, scene.shownValues, scene.planeValues, scene.activations, ranges,
                 scene.nodeValues, scene.looks.buffer == VK_NULL_HANDLE ? scene.activations : scene.looks});
  m_pipeline.push(commands, Constants{scene.rangeAdaptation, scene.view.frame});
  vkCmdDispatch(commands, static_cast<std::uint32_t>(scene.ranges.size()), 1, 1);
}

}  // namespace cajal
