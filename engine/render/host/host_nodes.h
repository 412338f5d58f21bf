#pragma once
// shaders/node.vert, node.frag and halo.frag on the host: spheres, and the glow of those that fire.

#include <span>

#include "engine/render/host/canvas.h"
#include "engine/render/scene.h"

namespace cajal {

// Halos first, then spheres; both tested against depth, which spheres also write.
void drawNodesOnHost(const RenderScene& scene, std::span<const gpu::Range> ranges,
                     const host::Canvas& canvas);

}  // namespace cajal
