#pragma once
// Where the borders of planes run in the picture, so that a pixel at a border can tell which share of it the
// plane covers. Computed here for shaders and host, in double precision: floats are too coarse for a plane
// that is seen nearly edge-on.

#include <span>
#include <vector>

#include "shaders/shared/scene.h"

namespace cajal {

// A plane as the picture's pixels see it. From a pixel (x, y), `across`, `down` and `inverseW` are linear
// functions a x + b y + c: dividing the first two by the third gives the place on the plane, 0 … 1.
struct PlaneInPicture {
  glm::dvec3 across, down, inverseW, depth;  // depth is linear in the picture as it is
};
PlaneInPicture inPicture(const gpu::Plane& plane, const gpu::View& view);

// One a plane. What is before the near plane is cut off. Of a plane that is seen exactly edge-on, nothing is
// left.
std::vector<gpu::PlaneOutline> outlinesOf(std::span<const gpu::Plane> planes, const gpu::View& view);

}  // namespace cajal
