#include "engine/render/host/host_pick.h"

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

// As in the shader.
constexpr float kNear = 1e-3f;
constexpr int kChords = 24;

float distanceToChord(gpu::vec2 from, gpu::vec2 to, gpu::vec2 pixel) {
  const gpu::vec2 way = to - from;
  const float along =
      glm::clamp(glm::dot(pixel - from, way) / std::max(glm::dot(way, way), 1e-12f), 0.0f, 1.0f);
  return glm::distance(pixel, from + along * way);
}

}  // namespace

std::optional<PickedEdge> HostPick::find(const RenderScene& scene, std::span<const gpu::Range> ranges,
                                         const HostCutoffs& cutoffs, float reach) {
  m_scene = &scene;
  const auto nodes = hostElements<gpu::Node>(scene.nodes);
  m_projected.resize(scene.nodeCount);
  for (std::size_t i = 0; i < scene.nodeCount; ++i) {
    const gpu::vec3 place = glm::mix(nodes[i].position, nodes[i].before, scene.view.remaining);
    m_projected[i] = scene.view.viewProjection * gpu::vec4(place, 1.0f);
  }
  const auto values = hostElements<float>(scene.shownValues),
             activations = hostElements<float>(scene.activations);
  float strongest = 0.0f;
  std::optional<PickedEdge> found;
  for (const gpu::EdgeBundle& bundle : scene.bundles) {
    m_leave = scene.view.viewProjection * bundle.leave;
    m_arrive = scene.view.viewProjection * bundle.arrive;
    const float end = ranges[bundle.range].end;
    for (std::uint32_t target = 0; target < bundle.targets; ++target) {
      const float* const row = values.data() + bundle.firstValue + std::size_t{target} * bundle.stride;
      const float cutoff = cutoffs.of(bundle, target);
      for (std::uint32_t source = 0; source < bundle.sources; ++source) {
        float value = row[source];
        if (bundle.firstActivation != gpu::kNone) value *= activations[bundle.firstActivation + source];
        const float magnitude = std::abs(value), share = magnitude / end;
        // Most edges are weaker than one that is found already: only few are looked at closely.
        if (!(share > scene.edges.threshold) || magnitude < cutoff || !(share > strongest)) continue;
        if (!passes(bundle, source, target, reach)) continue;
        strongest = share;
        found = PickedEdge{bundle.source + source, bundle.target + target};
      }
    }
  }
  return found;
}

bool HostPick::passes(const gpu::EdgeBundle& bundle, std::uint32_t source, std::uint32_t target,
                      float reach) const {
  const gpu::vec2 half = 0.5f * gpu::vec2(m_scene->view.viewport), pixel = *m_scene->edgePick;
  const float own = 1.0f - bundle.gather;
  const gpu::vec4 p0 = m_projected[bundle.source + source], p3 = m_projected[bundle.target + target];
  const gpu::vec4 points[] = {p0, own * p0 + m_leave, own * p3 + m_arrive, p3};
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

}  // namespace cajal
