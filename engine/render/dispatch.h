#pragma once
// Dispatches of more workgroups than a device lets one dispatch have.

#include <algorithm>
#include <cstdint>

#include "engine/render/scene.h"
#include "engine/vulkan/device.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

// Workgroups of a dispatch, in x: what the device allows, and so few that threads are counted in 32 bits.
inline std::uint32_t mostWorkgroups(const Device& device) {
  return std::min(device.limits().workgroupsPerSide, std::uint32_t{1} << 25);
}

// Calls dispatch(first, groups) for one slice of the items after the other: its first item, and workgroups of
// `groupSize` items that cover it.
template <typename Dispatch>
void inSlices(std::uint64_t items, std::uint32_t groupSize, std::uint32_t mostGroups, Dispatch&& dispatch) {
  const std::uint64_t atOnce = std::uint64_t{mostGroups} * groupSize;
  for (std::uint64_t first = 0; first < items; first += atOnce)
    dispatch(static_cast<std::uint32_t>(first), groupsFor(std::min(items - first, atOnce), groupSize));
}

// One thread for each edge of each bundle of a group, in workgroups of `groupSize`. `constants`
// (gpu::EdgeStyle, gpu::EdgePick) are pushed for each dispatch, with its bundle and first edge filled in.
template <typename Constants>
void dispatchEdges(VkCommandBuffer commands, const ComputePipeline& pipeline, const GroupFrame& frame,
                   std::uint32_t groupSize, std::uint32_t mostGroups, Constants constants) {
  for (std::uint32_t index = 0; index < frame.group.bundles.size(); ++index) {
    const gpu::EdgeBundle& bundle = frame.group.bundles[index];
    constants.bundle = frame.firstBundle + index;
    const std::uint64_t edges = std::uint64_t{bundle.sources} * bundle.targets;
    inSlices(edges, groupSize, mostGroups, [&](std::uint32_t first, std::uint32_t groups) {
      constants.firstEdge = first;
      pipeline.push(commands, constants);
      vkCmdDispatch(commands, groups, 1, 1);
    });
  }
}

}  // namespace cajal
