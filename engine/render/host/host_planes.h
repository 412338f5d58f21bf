#pragma once
// shaders/plane.vert and plane.frag on the host: matrices as rectangles in space.

#include <span>

#include "engine/render/host/canvas.h"
#include "engine/render/matrix_pass.h"
#include "engine/render/plane_outlines.h"
#include "engine/render/scene.h"

namespace cajal {

// The pixels that lie inside planes, and those that a border crosses.
enum class PlanePart { inside, borders };

// Over what is there, tested against depth; the inside is written there. An outline a plane.
void drawPlanesOnHost(const RenderScene& scene, const ReducedPlanes& reduced,
                      std::span<const gpu::Range> ranges, std::span<const gpu::PlaneOutline> outlines,
                      PlanePart part, const host::Canvas& canvas);

}  // namespace cajal
