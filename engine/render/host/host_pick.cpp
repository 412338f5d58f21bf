#include "engine/render/host/host_pick.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/render/edge_window.h"
#include "engine/render/passes/pick_pass.h"

namespace cajal {
namespace {

using gpu::kNear;

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
  for (std::uint32_t chord = 1; chord <= gpu::kPickChords; ++chord) {
    const float t = static_cast<float>(chord) / static_cast<float>(gpu::kPickChords);
    const gpu::vec4 p = ((a * t + b) * t + c) * t + p0;
    const bool isInFront = last.w > kNear && p.w > kNear;
    if (isInFront && distanceToChord(onScreen(last), onScreen(p), pixel) <= reach) return true;
    last = p;
  }
  return false;
}

// Looks through one group after the other.
struct Search {
  void look(const GroupFrame& frame, std::size_t number, std::span<const gpu::Range> ranges,
            const HostEdges& edges, const Pointer& pointer);

  float strongest = 0.0f;
  std::optional<PickedEdge> found;
};

void Search::look(const GroupFrame& frame, std::size_t number, std::span<const gpu::Range> ranges,
                  const HostEdges& edges, const Pointer& pointer) {
  const RenderGroup& group = frame.group;
  const auto values = hostElements<float>(group.shownValues),
             activations = hostElements<float>(group.activations);
  for (const gpu::EdgeBundle& bundle : group.bundles) {
    const Course course{frame.view.viewProjection * bundle.leave, frame.view.viewProjection * bundle.arrive};
    const float end = ranges[bundle.range].end;
    for (std::uint32_t target = 0; target < bundle.targets; ++target) {
      const float cutoff = edges.cutoffs(number).of(bundle, target);
      for (std::uint32_t source = 0; source < bundle.sources; ++source) {
        const float magnitude = std::abs(valueOf(bundle, values.data(), activations.data(), target, source));
        const float share = magnitude / end;
        const bool isFinite = magnitude <= std::numeric_limits<float>::max();
        if (isFinite && (!(share > group.edges.threshold) || magnitude < cutoff)) continue;
        // Most edges are weaker than one that is found already: only few are looked at closely.
        const float strength = isFinite ? share : kInfinite;
        if (!(strength > strongest)) continue;
        const std::uint32_t from = bundle.source + sourceOffset(bundle.window, target, source),
                            to = bundle.target + target;
        if (!passes(pointer, bundle, course, edges.projected(number, from), edges.projected(number, to)))
          continue;
        strongest = strength;
        found = PickedEdge{group.id, from, to};
      }
    }
  }
}

}  // namespace

std::optional<PickedEdge> pickOnHost(gpu::vec2 pixel, std::span<const GroupFrame> groups,
                                     std::span<const std::span<const gpu::Range>> ranges,
                                     const HostEdges& edges) {
  Search search;
  for (std::size_t number = 0; number < groups.size(); ++number) {
    const GroupFrame& frame = groups[number];
    const Pointer pointer{0.5f * gpu::vec2(frame.view.viewport), pixel, PickPass::reachOf(frame.group.edges)};
    search.look(frame, number, ranges[number], edges, pointer);
  }
  return search.found;
}

}  // namespace cajal
