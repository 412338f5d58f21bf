#include "engine/render/passes/pick_pass.h"

#include "engine/render/dispatch.h"
#include "engine/render/edge_window.h"
#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::uint32_t kGroupSize = 64;  // local_size_x

const std::vector<VkDescriptorType> kBindings{kUniform, kStorage, kStorage, kStorage,
                                              kStorage, kStorage, kStorage, kStorage};

}  // namespace

PickPass::PickPass(const Device& device)
    : m_mostGroups(mostWorkgroups(device)),
      m_strongest(device, "pick.comp", kBindings, sizeof(gpu::EdgePick), {0}),
      m_which(device, "pick.comp", kBindings, sizeof(gpu::EdgePick), {1}) {}

void PickPass::draw(VkCommandBuffer commands, const UploadedScene& scene, gpu::vec2 pixel,
                    const Buffer& picked) const {
  vkCmdFillBuffer(commands, picked.handle(), 0, sizeof(std::uint32_t), 0);
  vkCmdFillBuffer(commands, picked.handle(), sizeof(std::uint32_t), VK_WHOLE_SIZE, gpu::kNone);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
  for (const ComputePipeline* round : {&m_strongest, &m_which}) {
    round->bind(commands);
    for (const UploadedGroup& group : scene.groups) look(commands, *round, scene, group, pixel, picked);
    memoryBarrier(commands, access::kComputeReadWrite, access::kComputeReadWrite);
  }
}

void PickPass::look(VkCommandBuffer commands, const ComputePipeline& round, const UploadedScene& scene,
                    const UploadedGroup& group, gpu::vec2 pixel, const Buffer& picked) const {
  const RenderGroup& drawn = group.frame.group;
  round.bindings(commands, {group.view, group.memory.projected, drawn.shownValues, drawn.activations,
                            group.memory.ranges, scene.bundles, group.memory.cutoffs, picked});
  const gpu::EdgePick pick{pixel, reachOf(drawn.edges), drawn.edges.threshold, 0, 0};
  dispatchEdges(commands, round, group.frame, kGroupSize, m_mostGroups, pick);
}

std::vector<PickPass::Bundle> PickPass::bundlesOf(const RenderScene& scene) {
  std::vector<Bundle> bundles;
  for (const RenderGroup& group : scene.groups)
    for (const gpu::EdgeBundle& bundle : group.bundles) bundles.push_back({group.id, bundle});
  return bundles;
}

std::optional<PickedEdge> PickPass::edgeIn(std::span<const std::uint32_t> words,
                                           std::span<const Bundle> bundles) {
  for (std::size_t i = 0; i < bundles.size() && i + 1 < words.size(); ++i) {
    const std::uint32_t edge = words[i + 1];
    if (edge == gpu::kNone) continue;
    const gpu::EdgeBundle& bundle = bundles[i].edges;
    const std::uint32_t target = edge / bundle.sources, source = edge % bundle.sources;
    return PickedEdge{bundles[i].group, bundle.source + sourceOffset(bundle.window, target, source),
                      bundle.target + target};
  }
  return std::nullopt;
}

}  // namespace cajal
