#pragma once
// shaders/pick.comp on the host: the strongest edge that passes under the pointer, known at once.

#include <optional>
#include <span>

#include "engine/render/host/host_edges.h"
#include "engine/render/scene.h"

namespace cajal {

// Answers scene.edgePick among the edges that `edges` has drawn of this scene; `reach` in pixels.
std::optional<PickedEdge> pickOnHost(const RenderScene& scene, std::span<const gpu::Range> ranges,
                                     const HostEdges& edges, float reach);

}  // namespace cajal
