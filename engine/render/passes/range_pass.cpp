#include "engine/render/passes/range_pass.h"

#include "engine/render/dispatch.h"

namespace cajal {
namespace {

struct Constants {
  float adaptation;
  std::uint32_t frame, firstRequest;
};

}  // namespace

RangePass::RangePass(const Device& device)
    : m_mostGroups(mostWorkgroups(device)),
      m_pipeline(device, "ranges.comp", std::vector(7, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER),
                 sizeof(Constants)) {}

void RangePass::draw(VkCommandBuffer commands, const UploadedGroup& group) const {
  const RenderGroup& drawn = group.frame.group;
  if (drawn.ranges.size() == 0) return;
  m_pipeline.bind(commands);
  m_pipeline.bindings(commands, {group.requests, drawn.shownValues, drawn.planeValues, drawn.activations,
                                 group.memory.ranges, group.frame.nodeValues, looksOf(drawn)});
  inSlices(drawn.ranges.size(), 1, m_mostGroups, [&](std::uint32_t first, std::uint32_t groups) {
    m_pipeline.push(commands, Constants{drawn.rangeAdaptation, group.frame.view.frame, first});
    vkCmdDispatch(commands, groups, 1, 1);
  });
}

}  // namespace cajal
