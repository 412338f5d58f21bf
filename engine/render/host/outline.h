#pragma once
// shaders/include/outline.glsl in C++: how much of a pixel lies inside an outline.

#include <cmath>

#include "engine/render/host/vector_math.h"
#include "shaders/shared/scene.h"

namespace cajal::host {

// Of the pixel that is the square 0 … 1, y downward: the area above the edge from a to b.
inline float aboveEdge(gpu::vec2 a, gpu::vec2 b) {
  const float left = clamp(a.x, 0.0f, 1.0f), right = clamp(b.x, 0.0f, 1.0f);
  const float width = b.x - a.x, slope = std::abs(width) > 1e-6f ? (b.y - a.y) / width : 0.0f;
  const gpu::vec2 near = std::abs(b.x) < std::abs(a.x) ? b : a;
  const float from = near.y + (left - near.x) * slope, to = near.y + (right - near.x) * slope;
  const float first = clamp(from, 0.0f, 1.0f), last = clamp(to, 0.0f, 1.0f), rise = to - from;
  const float mean = std::abs(rise) < 1e-3f
                         ? clamp(0.5f * (from + to), 0.0f, 1.0f)
                         : (last * to - first * from - 0.5f * (last * last - first * first)) / rise;
  return (right - left) * mean;
}

// The share of the pixel round `middle`, 0 … 1.
inline float coveredBy(const gpu::PlaneOutline& outline, gpu::vec2 middle) {
  const gpu::vec2 corner = middle - 0.5f;
  float area = 0.0f;
  gpu::vec2 before = outline.corners[gpu::kOutlineCorners - 1] - corner;
  for (const gpu::vec2& next : outline.corners) {
    const gpu::vec2 here = next - corner;
    area += aboveEdge(before, here);
    before = here;
  }
  const float size = std::abs(area);
  return size < 1.0f ? size : 1.0f;
}

}  // namespace cajal::host
