#version 460
// The strongest edge that passes under the pointer: of all that are drawn, at most `reach` pixels away from it.
//
// Two rounds over all edges. The first finds how strong the strongest is (the bits of a number that is not negative
// are ordered as the numbers are), the second which one it is: of several that are equally strong the first. An edge
// is looked at closely only if the hull of its control points, which holds the whole curve, comes near the pointer.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/finite.glsl"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Projected { vec4 projected[]; };  // clip space
layout(binding = 2, scalar) readonly buffer Values { float values[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 4, scalar) readonly buffer Ranges { Range ranges[]; };
layout(binding = 5, scalar) readonly buffer Bundles { EdgeBundle bundles[]; };
layout(binding = 6, scalar) readonly buffer Cutoffs { float cutoffs[]; };
// How strong the strongest edge is, as bits; then of each bundle its first edge that is so strong, or kNone.
layout(binding = 7, scalar) buffer Picked { uint strongest; uint edges[]; };

layout(push_constant, scalar) uniform Constants { EdgePick pick; };

#include "include/edge_value.glsl"

layout(constant_id = 0) const uint kRound = 0;

float distanceToChord(vec2 from, vec2 to) {
  const vec2 way = to - from;
  const float along = clamp(dot(pick.pixel - from, way) / max(dot(way, way), 1e-12), 0.0, 1.0);
  return distance(pick.pixel, from + along * way);
}

bool passesUnderPointer(vec4 p0, vec4 p1, vec4 p2, vec4 p3) {
  const vec2 half_ = 0.5 * vec2(view.viewport);
  const vec4 w = vec4(p0.w, p1.w, p2.w, p3.w);
  if (all(lessThan(w, vec4(kNear)))) return false;
  if (all(greaterThan(w, vec4(kNear)))) {
    const vec4 x = (vec4(p0.x, p1.x, p2.x, p3.x) / w + 1.0) * half_.x, y = (vec4(p0.y, p1.y, p2.y, p3.y) / w + 1.0) * half_.y;
    if (all(greaterThan(x, vec4(pick.pixel.x + pick.reach))) || all(lessThan(x, vec4(pick.pixel.x - pick.reach))) ||
        all(greaterThan(y, vec4(pick.pixel.y + pick.reach))) || all(lessThan(y, vec4(pick.pixel.y - pick.reach))))
      return false;
  }
  const vec4 c = 3.0 * (p1 - p0), b = 3.0 * (p2 - p1) - c, a = p3 - p0 - b - c;
  vec4 last = p0;
  for (uint chord = 1; chord <= kPickChords; ++chord) {
    const float t = float(chord) / float(kPickChords);
    const vec4 p = ((a * t + b) * t + c) * t + p0;
    const bool isInFront = last.w > kNear && p.w > kNear;
    if (isInFront && distanceToChord((last.xy / last.w + 1.0) * half_, (p.xy / p.w + 1.0) * half_) <= pick.reach) return true;
    last = p;
  }
  return false;
}

void main() {
  const EdgeBundle bundle = bundles[pick.bundle];
  const uint edge = pick.firstEdge + gl_GlobalInvocationID.x;
  if (edge >= bundle.sources * bundle.targets) return;
  const uint target = edge / bundle.sources, source = edge - target * bundle.sources;
  const uint from = sourceOffset(bundle.window, target, source);

  // What is drawn, as shaders/edges.comp decides it; what is not finite is the strongest.
  const float value = abs(edgeValue(bundle, target, source, from));
  const bool isFinite = !isNotFinite(value);
  if (isFinite && bundle.most > 0 && value < cutoffs[bundle.firstCutoff + target]) return;
  const float share = value / ranges[bundle.range].end;
  if (isFinite && !(share > pick.threshold)) return;
  const uint strength = isFinite ? floatBitsToUint(share) : kInfinity;
  if (kRound == 0 ? strength <= strongest : strength != strongest) return;

  const vec4 p0 = projected[bundle.source + from];
  const vec4 p3 = projected[bundle.target + target];
  const float own = 1.0 - bundle.gather;
  const vec4 p1 = own * p0 + view.viewProjection * bundle.leave, p2 = own * p3 + view.viewProjection * bundle.arrive;
  if (!passesUnderPointer(p0, p1, p2, p3)) return;
  if (kRound == 0) atomicMax(strongest, strength);
  else atomicMin(edges[pick.bundle], edge);
}
