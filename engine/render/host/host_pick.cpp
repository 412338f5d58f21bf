#include "engine/render/host/host_pick.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/render/edge_window.h"

namespace cajal {
namespace {

// As in the shader.
constexpr float kNear = 1e-3f;
constexpr int kChords = 24;
constexpr float kInfinite = std::numeric_limits<float>::infinity();  // what is not finite is the strongest

float distanceToChord(gpu::vec2 from, gpu::vec2 to, gpu::vec2 pixel) {
  const gpu::vec2 way = to - from;
  const float along =
      glm::clamp(glm::dot(pixel - from, way) / std::max(glm::dot(way, way), 1e-12f), 0.0f, 1.0f);
  return glm::distance(pixel, from + along * way);
}

struct Pointer {
  gpu::vec2 half, pixel;  // half the viewport; where it is
  float reach;            // all in pixels
};

// What the edges of a bundle have in common, in clip space.
struct Course {
  gpu::vec4 leave, arrive;
};

// Of an edge from p0 to p3, in clip space.
bool passes(const Pointer& pointer, const gpu::EdgeBundle& bundle, const Course& course, const gpu::vec4& p0,
            const gpu::vec4& p3) {
  const auto& [half, pixel, reach] = pointer;
  const float own = 1.0f - bundle.gather;
  const gpu::vec4 points[] = {p0, own * p0 + course.leave, own * p3 + course.arrive, p3};
  const auto onScreen = [&](const gpu::vec4& p) { return (gpu::vec2(p) / p.w + 1.0f) * half; };
  int inFront = 0;
  for (const gpu::vec4& point : points) inFront += point.w > kNear;
  if (inFront == 0) return false;
  if (inFront == 4) {
    gpu::vec2 low = onScreen(points[0]), high = low;
    for (const gpu::vec4& point : points) {
      low = glm::min(low, onScreen(point));
      high = glm::max(high, onScreen(point));
    }
    if (glm::any(glm::lessThan(pixel, low - reach)) || glm::any(glm::greaterThan(pixel, high + reach)))
      return false;
  }
  const gpu::vec4 c = 3.0f * (points[1] - p0), b = 3.0f * (points[2] - points[1]) - c, a = p3 - p0 - b - c;
  gpu::vec4 last = p0;
  for (int chord = 1; chord <= kChords; ++chord) {
    const float t = static_cast<float>(chord) / kChords;
    const gpu::vec4 p = ((a * t + b) * t + c) * t + p0;
    const bool isInFront = last.w > kNear && p.w > kNear;
    if (isInFront && distanceToChord(onScreen(last), onScreen(p), pixel) <= reach) return true;
    last = p;
  }
  return false;
}

}  // namespace

std::optional<PickedEdge> pickOnHost(const RenderScene& scene, std::span<const gpu::Range> ranges,
                                     const HostEdges& edges, float reach) {
  const Pointer pointer{0.5f * gpu::vec2(scene.view.viewport), *scene.edgePick, reach};
  const auto values = hostElements<float>(scene.shownValues),
             activations = hostElements<float>(scene.activations);
  float strongest = 0.0f;
  std::optional<PickedEdge> found;
  for (const gpu::EdgeBundle& bundle : scene.bundles) {
    const Course course{scene.view.viewProjection * bundle.leave, scene.view.viewProjection * bundle.arrive};
    const float end = ranges[bundle.range].end;
    for (std::uint32_t target = 0; target < bundle.targets; ++target) {
      const float* const row = firstValueOf(bundle, values.data()) + std::size_t{target} * bundle.stride;
      const float cutoff = edges.cutoffs().of(bundle, target);
      for (std::uint32_t source = 0; source < bundle.sources; ++source) {
        const std::uint32_t from = sourceOffset(bundle.window, target, source);
        float value = row[valueOffset(bundle.window, source)];
        if (bundle.firstActivation != gpu::kNone) value *= activations[bundle.firstActivation + from];
        const float magnitude = std::abs(value), share = magnitude / end;
        const bool isFinite = magnitude <= std::numeric_limits<float>::max();
        if (isFinite && (!(share > scene.edges.threshold) || magnitude < cutoff)) continue;
        // Most edges are weaker than one that is found already: only few are looked at closely.
        const float strength = isFinite ? share : kInfinite;
        if (!(strength > strongest)) continue;
        if (!passes(pointer, bundle, course, edges.projected(bundle.source + from),
                    edges.projected(bundle.target + target)))
          continue;
        strongest = strength;
        found = PickedEdge{bundle.source + from, bundle.target + target};
      }
    }
  }
  return found;
}

}  // namespace cajal
