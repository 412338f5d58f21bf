#version 460
// Edges as line primitives: what the hardware's own pipeline makes of the scene that edges.comp draws. Only measured,
// never shown. Vertices are computed, none are stored: an instance a target, 2 × kChords vertices a source.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"

layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Projected { vec4 projected[]; };
layout(binding = 2, scalar) readonly buffer Values { float values[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 4, scalar) readonly buffer Ranges { Range ranges[]; };
layout(binding = 5, scalar) readonly buffer Bundles { EdgeBundle bundles[]; };

layout(push_constant, scalar) uniform Constants { EdgeStyle style; };

#include "include/edge_value.glsl"

layout(constant_id = 0) const uint kChords = 1;  // straight pieces of an edge

layout(location = 0) flat out vec2 light;  // positive, negative; what the edge adds to a pixel

void main() {
  const EdgeBundle bundle = bundles[style.bundle];
  const uint target = gl_InstanceIndex, source = gl_VertexIndex / (2 * kChords);
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);  // both ends outside: no line
  light = vec2(0.0);
  const uint from = sourceOffset(bundle.window, target, source);

  const float value = edgeValue(bundle, target, source, from);
  const float share = abs(value) / ranges[bundle.range].end;
  if (!(share > style.threshold)) return;
  const float amount = exp2(style.gamma * log2(min(share, kMostShare))) * bundle.gain * style.strength;
  light = value < 0.0 ? vec2(0.0, amount) : vec2(amount, 0.0);

  const vec4 p0 = projected[bundle.source + from], p3 = projected[bundle.target + target];
  const uint vertex = gl_VertexIndex % (2 * kChords);
  const float t = float(vertex / 2 + (vertex & 1)) / float(kChords);
  if (kChords == 1) {
    gl_Position = t == 0.0 ? p0 : p3;
    return;
  }
  const float own = 1.0 - bundle.gather, u = 1.0 - t;
  const vec4 p1 = own * p0 + view.viewProjection * bundle.leave, p2 = own * p3 + view.viewProjection * bundle.arrive;
  gl_Position = u * u * (u * p0 + 3.0 * t * p1) + t * t * (3.0 * u * p2 + t * p3);
}
