#include "engine/render/plane_outlines.h"

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

using Clip = glm::dvec4;

// How far a plane's corner may be moved away from the eye: so many times its distance, less one. Where the
// plane's horizon is less than half a pixel beyond a border, no place of the plane would reach that border's
// pixels.
constexpr double kLeastShrunk = 0.1;
constexpr double kTogether = 1e-4;  // of a plane's side: a smaller gap is none

struct Corners {
  Clip origin, across, down;
  Clip at(double u, double v) const { return origin + u * across + v * down; }
};

Corners cornersOf(const gpu::Plane& plane, const gpu::View& view) {
  return {view.viewProjection * gpu::vec4(plane.origin, 1.0f),
          view.viewProjection * gpu::vec4(plane.across, 0.0f),
          view.viewProjection * gpu::vec4(plane.down, 0.0f)};
}

// x and y in pixels, times w; and w.
glm::dvec3 pixels(const Clip& clip, const gpu::View& view) {
  const glm::dvec2 half = 0.5 * glm::dvec2(view.viewport);
  return {(clip.x + clip.w) * half.x, (clip.y + clip.w) * half.y, clip.w};
}

PlaneInPicture seenAs(const Corners& corners, const gpu::View& view) {
  const glm::dvec3 across = pixels(corners.across, view), down = pixels(corners.down, view),
                   corner = pixels(corners.origin, view);
  // Its columns take (u, v, 1) to (x w, y w, w): the rows of its inverse are the functions.
  const glm::dmat3 inverse = glm::inverse(glm::dmat3(across, down, corner));
  const auto row = [&](int index) {
    return glm::dvec3(inverse[0][index], inverse[1][index], inverse[2][index]);
  };
  return {row(0), row(1), row(2),
          row(0) * corners.across.z + row(1) * corners.down.z + row(2) * corners.origin.z};
}

bool isFinite(const glm::dvec3& function) {
  return std::isfinite(function.x) && std::isfinite(function.y) && std::isfinite(function.z);
}

// What is left of the quadrilateral behind the near plane, where z is positive.
void cut(const Corners& corners, const gpu::View& view, gpu::PlaneOutline& outline) {
  const Clip round[] = {corners.at(0, 0), corners.at(1, 0), corners.at(1, 1), corners.at(0, 1)};
  std::size_t count = 0;
  const auto add = [&](const Clip& clip) {
    if (count == gpu::kOutlineCorners) return;  // a plane in the near plane: signs are noise of rounding
    const glm::dvec3 at = pixels(clip, view);
    outline.corners[count++] = glm::dvec2(at) / at.z;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    const Clip &here = round[i], &next = round[(i + 1) % 4];
    if (here.z >= 0) add(here);
    if ((here.z >= 0) != (next.z >= 0)) add(here + (next - here) * (here.z / (here.z - next.z)));
  }
  if (count == 0) outline.corners[count++] = gpu::vec2(0.0f);
  for (; count < gpu::kOutlineCorners; ++count) outline.corners[count] = outline.corners[count - 1];
}

// Half the change of a linear function from one pixel to the next, both ways together: where it is less than
// so far below 0, no part of the pixel reaches where it is 0.
double reach(const glm::dvec3& function) {
  return 0.5 * (std::abs(function.x) + std::abs(function.y));
}

// The corner where the two borders meet when both are moved outward by their reach, as u and v. Each border
// is a line of the picture, and its shift is one there: written in homogeneous coordinates this holds behind
// the eye as well, where outward is inward.
gpu::vec2 grown(const Corners& corners, const PlaneInPicture& seen, bool isRight, bool isLower) {
  const double u = isRight ? 1 : 0, v = isLower ? 1 : 0, inwardU = isRight ? -1 : 1,
               inwardV = isLower ? -1 : 1;
  const double reachU = reach(isRight ? seen.inverseW - seen.across : seen.across),
               reachV = reach(isLower ? seen.inverseW - seen.down : seen.down);
  const double shrunk = 1 + reachU * inwardU * corners.across.w + reachV * inwardV * corners.down.w;
  const double w = corners.at(u, v).w / std::max(shrunk, kLeastShrunk);
  return glm::dvec2(u - inwardU * reachU * w, v - inwardV * reachV * w);
}

bool continues(const gpu::Plane& below, const gpu::Plane& above) {
  const float gap = glm::distance(below.origin, above.origin + above.down);
  return gap < kTogether * glm::length(above.down) &&
         glm::length(glm::cross(below.across, above.across)) <
             kTogether * glm::length(below.across) * glm::length(above.across);
}

}  // namespace

PlaneInPicture inPicture(const gpu::Plane& plane, const gpu::View& view) {
  return seenAs(cornersOf(plane, view), view);
}

std::vector<gpu::PlaneOutline> outlinesOf(std::span<const gpu::Plane> planes, const gpu::View& view) {
  std::vector<gpu::PlaneOutline> outlines(planes.size());
  for (std::size_t i = 0; i < planes.size(); ++i) {
    gpu::PlaneOutline& outline = outlines[i];
    outline.above = i > 0 && continues(planes[i], planes[i - 1]) ? static_cast<gpu::uint>(i - 1) : gpu::kNone;
    const Corners corners = cornersOf(planes[i], view);
    const PlaneInPicture seen = seenAs(corners, view);
    if (!isFinite(seen.across) || !isFinite(seen.down) || !isFinite(seen.inverseW)) continue;
    cut(corners, view, outline);
    for (int corner = 0; corner < 4; ++corner)
      outline.grown[corner] = grown(corners, seen, (corner & 1) != 0, (corner & 2) != 0);
  }
  return outlines;
}

}  // namespace cajal
