#version 460
// A softly lit sphere: dark slate when silent, warm white when it fires, blue when its activation is negative.
#extension GL_GOOGLE_include_directive : require
#include "include/color.glsl"
#include "include/node_color.glsl"

layout(location = 0) in vec2 corner;
layout(location = 1) flat in float level;
layout(location = 2) flat in float pixelsOfRadius;
layout(location = 0) out vec4 color;  // encoded, premultiplied

const vec3 kLight = vec3(-0.42, 0.65, 0.63);  // towards the light, in camera axes; unit length

void main() {
  const float distance2 = dot(corner, corner);
  const float coverage = clamp((1.0 - sqrt(distance2)) * pixelsOfRadius + 0.5, 0.0, 1.0);
  if (coverage <= 0.0) discard;
  const vec3 normal = vec3(corner.x, -corner.y, sqrt(max(1.0 - distance2, 0.0)));

  const bool isFinite = !isnan(level) && !isinf(level);
  const vec3 base = isFinite ? nodeColor(level) : notFiniteAt(gl_FragCoord.xy);
  const float diffuse = 0.5 + 0.5 * dot(normal, kLight);
  const float rim = pow(1.0 - normal.z, 3.0);
  const vec3 halfway = normalize(kLight + vec3(0.0, 0.0, 1.0));
  const float gloss = pow(max(dot(normal, halfway), 0.0), 40.0);
  const vec3 lit = base * (0.30 + 0.95 * diffuse * diffuse) + vec3(0.16, 0.20, 0.30) * (0.30 * rim + 0.40 * gloss);
  color = vec4(encodeFilmic(lit), 1.0) * coverage;
}
