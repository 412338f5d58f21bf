#version 460
// What fires also glows: soft light round a node, added to what is behind it.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/node_color.glsl"

layout(binding = 4, scalar) uniform ToneBlock { ToneStyle tone; };

layout(location = 0) in vec2 corner;
layout(location = 1) flat in float level;
layout(location = 2) flat in float pixelsOfRadius;
layout(location = 0) out vec4 color;  // encoded, added

void main() {
  const float distance2 = dot(corner, corner);
  if (distance2 >= 1.0) discard;
  color = vec4(nodeColor(level, tone) * haloLight(distance2, clamp(abs(level), 0.0, 1.0)), 0.0);
}
