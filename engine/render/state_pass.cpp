#include "engine/render/state_pass.h"

#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::uint32_t kGroupSize = 64;  // local_size_x

}  // namespace

StatePass::StatePass(const Device& device)
    : m_pipeline(device, "states.comp", std::vector(3, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER),
                 sizeof(std::uint32_t)) {}

void StatePass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                     const Buffer& states) const {
  // The frame before may still read.
  memoryBarrier(commands, {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT},
                access::kCopyWrite);
  vkCmdFillBuffer(commands, states.handle(), 0, VK_WHOLE_SIZE, 0);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
  m_pipeline.bind(commands);
  m_pipeline.bindings(commands, {uploaded.states, scene.looks, states});
  for (std::uint32_t index = 0; index < scene.states.size(); ++index) {
    m_pipeline.push(commands, index);
    vkCmdDispatch(commands, groupsFor(scene.states[index].count, kGroupSize), 1, 1);
  }
  memoryBarrier(commands, access::kComputeWrite,
                {VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, VK_ACCESS_2_MEMORY_READ_BIT});
}

}  // namespace cajal
