#include "engine/render/passes/state_pass.h"

#include "engine/render/dispatch.h"
#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::uint32_t kGroupSize = 64;  // local_size_x

struct Constants {
  std::uint32_t index, firstNeuron;
};

}  // namespace

StatePass::StatePass(const Device& device)
    : m_mostGroups(mostWorkgroups(device)),
      m_pipeline(device, "states.comp", std::vector(3, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER),
                 sizeof(Constants)) {}

void StatePass::draw(VkCommandBuffer commands, const UploadedScene& scene) const {
  for (const UploadedGroup& group : scene.groups) {
    const BufferRange& states = group.frame.nodeValues;
    if (showsStates(group.frame.group))
      vkCmdFillBuffer(commands, states.buffer, states.offset, states.bytes, 0);
  }
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
  m_pipeline.bind(commands);
  for (const UploadedGroup& group : scene.groups) {
    const RenderGroup& drawn = group.frame.group;
    if (!showsStates(drawn)) continue;
    m_pipeline.bindings(commands, {group.states, looksOf(drawn), group.frame.nodeValues});
    for (std::uint32_t index = 0; index < drawn.states.size(); ++index) {
      inSlices(drawn.states[index].count, kGroupSize, m_mostGroups,
               [&](std::uint32_t first, std::uint32_t groups) {
                 m_pipeline.push(commands, Constants{index, first});
                 vkCmdDispatch(commands, groups, 1, 1);
               });
    }
  }
  memoryBarrier(commands, access::kComputeWrite,
                {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT});
}

}  // namespace cajal
