#pragma once
// shaders/plane.vert and plane.frag on the host: matrices as rectangles in space.

#include <span>
#include <vector>

#include "engine/render/host/canvas.h"
#include "engine/render/passes/matrix_pass.h"
#include "engine/render/plane_outlines.h"
#include "engine/render/scene.h"

namespace cajal {

// The pixels that lie inside planes, and those that a border crosses.
enum class PlanePart { inside, borders };

// What drawing the planes of a group needs.
struct PlanesOfAGroup {
  const GroupFrame& frame;
  const ReducedPlanes& reduced;
  std::span<const gpu::Range> ranges;
  std::vector<gpu::PlaneOutline> outlines;  // one a plane
};

// Over what is there, tested against depth; the inside is written there.
void drawPlanesOnHost(const PlanesOfAGroup& planes, const gpu::ToneStyle& tone, PlanePart part,
                      const host::Canvas& canvas);

}  // namespace cajal
