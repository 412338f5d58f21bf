#include "engine/render/pick_pass.h"

#include <algorithm>

#include "engine/render/edge_window.h"
#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr std::uint32_t kMostGroups = 1u << 25;  // of which threads are counted in 32 bits
constexpr std::uint32_t kGroupSize = 64;         // local_size_x

std::vector<VkDescriptorType> bindingTypes() {
  std::vector<VkDescriptorType> types(8, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER);
  types[0] = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
  return types;
}

}  // namespace

PickPass::PickPass(const Device& device)
    : m_mostGroups(std::min(device.limits().workgroupsPerSide, kMostGroups)),
      m_strongest(device, "pick.comp", bindingTypes(), sizeof(gpu::EdgePick), {0}),
      m_which(device, "pick.comp", bindingTypes(), sizeof(gpu::EdgePick), {1}) {}

void PickPass::draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
                    const Buffer& ranges, const Buffer& projected, const Buffer& cutoffs,
                    const Buffer& picked) const {
  const VkDeviceSize bytes = wordsFor(scene.bundles.size()) * sizeof(std::uint32_t);
  vkCmdFillBuffer(commands, picked.handle(), 0, sizeof(std::uint32_t), 0);
  vkCmdFillBuffer(commands, picked.handle(), sizeof(std::uint32_t), bytes - sizeof(std::uint32_t),
                  gpu::kNone);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
  gpu::EdgePick pick{*scene.edgePick, reachOf(scene.edges), scene.edges.threshold, 0, 0};
  for (const ComputePipeline* round : {&m_strongest, &m_which}) {
    round->bind(commands);
    round->bindings(commands, {uploaded.view, projected, scene.shownValues, scene.activations, ranges,
                               uploaded.bundles, cutoffs, picked});
    for (std::size_t bundle = 0; bundle < scene.bundles.size(); ++bundle) {
      const std::uint64_t edges =
          std::uint64_t{scene.bundles[bundle].sources} * scene.bundles[bundle].targets;
      pick.bundle = static_cast<std::uint32_t>(bundle);
      for (std::uint64_t first = 0; first < edges; first += std::uint64_t{m_mostGroups} * kGroupSize) {
        pick.firstEdge = static_cast<std::uint32_t>(first);
        round->push(commands, pick);
        vkCmdDispatch(commands, std::min(groupsFor(edges - first, kGroupSize), m_mostGroups), 1, 1);
      }
    }
    memoryBarrier(commands, access::kComputeReadWrite, access::kComputeReadWrite);
  }
}

std::optional<PickedEdge> PickPass::edgeIn(std::span<const std::uint32_t> words,
                                           std::span<const gpu::EdgeBundle> bundles) {
  for (std::size_t i = 0; i < bundles.size() && i + 1 < words.size(); ++i) {
    const std::uint32_t edge = words[i + 1];
    if (edge == gpu::kNone) continue;
    const std::uint32_t target = edge / bundles[i].sources, source = edge % bundles[i].sources;
    return PickedEdge{bundles[i].source + sourceOffset(bundles[i].window, target, source),
                      bundles[i].target + target};
  }
  return std::nullopt;
}

}  // namespace cajal
