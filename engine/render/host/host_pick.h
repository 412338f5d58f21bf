#pragma once
// shaders/pick.comp on the host: the strongest edge that passes under the pointer, known at once.

#include <optional>
#include <span>

#include "engine/render/host/host_edges.h"
#include "engine/render/scene.h"

namespace cajal {

// Which of all groups' edges passes under `pixel`, among those that `edges` has drawn of this scene.
// `ranges` is one list a group.
std::optional<PickedEdge> pickOnHost(gpu::vec2 pixel, std::span<const GroupFrame> groups,
                                     std::span<const std::span<const gpu::Range>> ranges,
                                     const HostEdges& edges);

}  // namespace cajal
