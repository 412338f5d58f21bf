#pragma once
// shaders/plane.vert and plane.frag on the host: matrices as rectangles in space.

#include <span>

#include "engine/render/host/canvas.h"
#include "engine/render/matrix_pass.h"
#include "engine/render/scene.h"

namespace cajal {

// Over what is there, tested against depth and written there.
void drawPlanesOnHost(const RenderScene& scene, const ReducedPlanes& reduced,
                      std::span<const gpu::Range> ranges, const host::Canvas& canvas);

}  // namespace cajal
