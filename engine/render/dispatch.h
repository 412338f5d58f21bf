#pragma once
// Dispatches of more workgroups than a device lets one dispatch have.

#include <algorithm>
#include <cstdint>

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

}  // namespace cajal
