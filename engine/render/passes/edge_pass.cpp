#include "engine/render/passes/edge_pass.h"

#include "engine/render/dispatch.h"
#include "engine/vulkan/barrier.h"

namespace cajal {
namespace {

constexpr std::uint32_t kGroupSize = 64;  // local_size_x of the three shaders

struct LeakConstants {
  std::uint32_t first, count;
  float keep;
};

struct ProjectConstants {
  std::uint32_t firstNode, nodeCount;
};

struct CutoffConstants {
  std::uint32_t bundle, firstTarget;
};

}  // namespace

EdgePass::EdgePass(const Device& device) : EdgePass(device, mostWorkgroups(device)) {}

EdgePass::EdgePass(const Device& device, std::uint32_t mostGroups)
    : m_mostGroups(mostGroups),
      m_leak(device, "leak.comp", {kStorage}, sizeof(LeakConstants)),
      m_project(device, "project.comp", {kUniform, kStorage, kStorage}, sizeof(ProjectConstants)),
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
  inSlices(pairs, kGroupSize, m_mostGroups, [&](std::uint32_t first, std::uint32_t groups) {
    m_leak.push(commands, LeakConstants{first, pairs, keep});
    vkCmdDispatch(commands, groups, 1, 1);
  });
  memoryBarrier(commands, access::kComputeWrite, access::kComputeReadWrite);
  memoryBarrier(commands, access::kCopyWrite, access::kComputeReadWrite);
}

void EdgePass::project(VkCommandBuffer commands, const UploadedGroup& group) const {
  const RenderGroup& drawn = group.frame.group;
  m_project.bind(commands);
  m_project.bindings(commands, {group.view, drawn.nodes, group.memory.projected});
  inSlices(drawn.nodeCount, kGroupSize, m_mostGroups, [&](std::uint32_t first, std::uint32_t groups) {
    m_project.push(commands, ProjectConstants{first, drawn.nodeCount});
    vkCmdDispatch(commands, groups, 1, 1);
  });
}

void EdgePass::select(VkCommandBuffer commands, const UploadedScene& scene,
                      const UploadedGroup& group) const {
  const RenderGroup& drawn = group.frame.group;
  m_cutoffs.bind(commands);
  m_cutoffs.bindings(commands, {drawn.shownValues, drawn.activations, scene.bundles, group.memory.cutoffs});
  for (std::uint32_t index = 0; index < drawn.bundles.size(); ++index) {
    const gpu::EdgeBundle& bundle = drawn.bundles[index];
    if (bundle.most == 0) continue;
    inSlices(bundle.targets, 1, m_mostGroups, [&](std::uint32_t first, std::uint32_t groups) {
      m_cutoffs.push(commands, CutoffConstants{group.frame.firstBundle + index, first});
      vkCmdDispatch(commands, groups, 1, 1);
    });
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
  dispatchEdges(commands, m_edges, group.frame, kGroupSize, m_mostGroups, drawn.edges);
}

}  // namespace cajal
