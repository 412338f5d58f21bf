#version 460
// A softly lit sphere, coloured by its level: silent, firing, or negative.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/color.glsl"
#include "include/node_color.glsl"

layout(binding = 4, scalar) uniform ToneBlock { ToneStyle tone; };

layout(location = 0) in vec2 corner;
layout(location = 1) flat in float level;
layout(location = 2) flat in float pixelsOfRadius;
layout(location = 0) out vec4 color;  // encoded, premultiplied

layout(push_constant, scalar) uniform Constants { NodeStyle style; };

vec3 colorOf(float level) {
  if (style.show != kNodesShowStates) return nodeColor(level, tone);
  return level == kSaturated ? kSaturatedColor : mix(tone.silent, tone.firing, kAliveShare);
}

void main() {
  const float distance2 = dot(corner, corner);
  const float coverage = sphereCoverage(sqrt(distance2), pixelsOfRadius);
  if (coverage <= 0.0) discard;
  const vec3 normal = vec3(corner.x, -corner.y, sqrt(max(1.0 - distance2, 0.0)));

  if (style.show == kNodesShowStates && level == kDead) {
    // A dead neuron is hollow: it sends nothing on, and its shape tells it from the others, too.
    const float hollow = smoothstep(kHollow - 1.0 / pixelsOfRadius, kHollow, sqrt(distance2));
    color = vec4(encode(mix(kDeadInside, kDeadRim, hollow), tone.isInk), 1.0) * coverage;
    return;
  }
  const bool isFinite = !isNotFinite(level);
  const vec3 base = isFinite ? colorOf(level) : notFiniteAt(gl_FragCoord.xy);
  const float diffuse = 0.5 + 0.5 * dot(normal, kSun);
  if (tone.isInk == 1) {
    const float fromRim = (1.0 - sqrt(distance2)) * pixelsOfRadius;
    const float outline = 1.0 - smoothstep(kNodeOutline - 0.5, kNodeOutline + 0.5, fromRim);
    color = vec4(encodePlain(mix(base * inkedLight(diffuse), tone.rim, outline)), 1.0) * coverage;
    return;
  }
  const float rim = pow(1.0 - normal.z, 3.0);
  const vec3 halfway = normalize(kSun + vec3(0.0, 0.0, 1.0));
  const float gloss = pow(max(dot(normal, halfway), 0.0), 40.0);
  const vec3 lit = base * sphereLight(diffuse) + tone.rim * sphereSheen(rim, gloss);
  color = vec4(encodeFilmic(lit), 1.0) * coverage;
}
