#pragma once
// shaders/node.vert, node.frag and halo.frag on the host: spheres, and the glow of those that fire.

#include <span>

#include "engine/render/host/canvas.h"
#include "engine/render/scene.h"

namespace cajal {

enum class NodePart { halos, spheres };

// A group's nodes, tested against depth, which spheres also write.
void drawNodesOnHost(const GroupFrame& frame, const gpu::ToneStyle& tone, std::span<const gpu::Range> ranges,
                     NodePart part, const host::Canvas& canvas);

}  // namespace cajal
