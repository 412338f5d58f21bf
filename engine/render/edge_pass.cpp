#include "engine/render/edge_pass.h"

#include <algorithm>

#include "engine/vulkan/barrier.h"
#include "engine/vulkan/device.h"

namespace cajal {
namespace {

constexpr std::uint32_t kMostGroups = 1u << 25;  // of which threads are counted in 32 bits
constexpr std::uint32_t kGroupSize = 64;         // local_size_x of the three shaders
constexpr auto kUniform = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
constexpr auto kStorage = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;

struct LeakConstants {
  std::uint32_t count;
  float keep;
};

struct CutoffConstants {
  std::uint32_t bundle, firstTarget;
};

}  // namespace

EdgePass::EdgePass(const Device& device)
    : m_mostGroups(std::min(device.limits().workgroupsPerSide, kMostGroups)),
      m_leak(device, "leak.comp", {kStorage}, sizeof(LeakConstants)),
      m_project(device, "project.comp", {kUniform, kStorage, kStorage}, sizeof(std::uint32_t)),
      m_cutoffs(device, "cutoffs.comp", {kStorage, kStorage, kStorage, kStorage}, sizeof(CutoffConstants)),
      m_edges(device, "edges.comp",
              {kUniform, kStorage, kStorage, kStorage, kStorage, kStorage, kStorage, kStorage, kStorage},
              sizeof(gpu::EdgeStyle)) {}

void EdgePass::draw(VkCommandBuffer commands, const UploadedScene& scene, float blend,
                    const RenderTargets& targets) const {
  leak(commands, blend, targets);
  for (const UploadedGroup& group : scene.groups) {
    if (group.frame.group.bundles.empty()) continue;
    project(commands, group);
    select(commands, scene, group);
  }
  memoryBarrier(commands, access::kComputeWrite, access::kComputeReadWrite);
  for (const UploadedGroup& group : scene.groups) add(commands, scene, group, targets);
}

void EdgePass::leak(VkCommandBuffer commands, float blend, const RenderTargets& targets) const {
  vkCmdFillBuffer(commands, targets.marks.handle(), 0, VK_WHOLE_SIZE, 0);  // marks are of one frame
  const float keep = 1.0f - blend;
  if (keep <= 0.0f) {
    vkCmdFillBuffer(commands, targets.light.handle(), 0, VK_WHOLE_SIZE, 0);
    memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
    return;
  }
  const auto pairs = static_cast<std::uint32_t>(targets.light.size() / 16);  // of pixels
  m_leak.bind(commands);
  m_leak.bindings(commands, {targets.light});
  m_leak.push(commands, LeakConstants{pairs, keep});
  vkCmdDispatch(commands, groupsFor(pairs, kGroupSize), 1, 1);
  memoryBarrier(commands, access::kComputeWrite, access::kComputeReadWrite);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
}

void EdgePass::project(VkCommandBuffer commands, const UploadedGroup& group) const {
  const RenderGroup& drawn = group.frame.group;
  m_project.bind(commands);
  m_project.bindings(commands, {group.view, drawn.nodes, group.memory.projected});
  m_project.push(commands, drawn.nodeCount);
  vkCmdDispatch(commands, groupsFor(drawn.nodeCount, kGroupSize), 1, 1);
}

void EdgePass::select(VkCommandBuffer commands, const UploadedScene& scene,
                      const UploadedGroup& group) const {
  const RenderGroup& drawn = group.frame.group;
  m_cutoffs.bind(commands);
  m_cutoffs.bindings(commands, {drawn.shownValues, drawn.activations, scene.bundles, group.memory.cutoffs});
  for (std::uint32_t index = 0; index < drawn.bundles.size(); ++index) {
    const gpu::EdgeBundle& bundle = drawn.bundles[index];
    if (bundle.most == 0) continue;
    for (std::uint32_t first = 0; first < bundle.targets; first += m_mostGroups) {
      m_cutoffs.push(commands, CutoffConstants{group.frame.firstBundle + index, first});
      vkCmdDispatch(commands, std::min(bundle.targets - first, m_mostGroups), 1, 1);
    }
  }
}

void EdgePass::add(VkCommandBuffer commands, const UploadedScene& scene, const UploadedGroup& group,
                   const RenderTargets& targets) const {
  const RenderGroup& drawn = group.frame.group;
  if (drawn.bundles.empty()) return;
  m_edges.bind(commands);
  m_edges.bindings(commands,
                   {group.view, group.memory.projected, drawn.shownValues, drawn.activations,
                    group.memory.ranges, scene.bundles, targets.light, group.memory.cutoffs, targets.marks});
  gpu::EdgeStyle style = drawn.edges;
  for (std::uint32_t index = 0; index < drawn.bundles.size(); ++index) {
    const gpu::EdgeBundle& bundle = drawn.bundles[index];
    const std::uint64_t edges = std::uint64_t{bundle.sources} * bundle.targets;
    style.bundle = group.frame.firstBundle + index;
    for (std::uint64_t first = 0; first < edges; first += std::uint64_t{m_mostGroups} * kGroupSize) {
      style.firstEdge = static_cast<std::uint32_t>(first);
      m_edges.push(commands, style);
      vkCmdDispatch(commands, std::min(groupsFor(edges - first, kGroupSize), m_mostGroups), 1, 1);
    }
  }
}

}  // namespace cajal
