#version 460
// Nodes as impostors: a square that faces the eye, one instance a node. Also their halos, which are larger squares
// round those that fire.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/look.h"
#include "shared/scene.h"

layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Nodes { Node nodes[]; };
layout(binding = 2, scalar) readonly buffer Values { float values[]; };  // kNodeValues
layout(binding = 3, scalar) readonly buffer Ranges { Range ranges[]; };

layout(location = 0) out vec2 corner;               // -1 … 1 across the sphere
layout(location = 1) flat out float level;          // the value as a share of its range; or a state
layout(location = 2) flat out float pixelsOfRadius; // for smooth rims

layout(constant_id = 0) const uint kIsHalo = 0;
layout(push_constant, scalar) uniform Constants { NodeStyle style; };

float levelOf(Node node) {
  if (style.show == kNodesShowStates) return values[gl_InstanceIndex];
  if (style.show == kNodesShowActivations) return values[node.activation] / ranges[node.range].end;
  return node.bias == kNone ? 0.0 : values[node.bias] / ranges[node.biasRange].end;
}

void main() {
  const Node node = nodes[gl_InstanceIndex];
  corner = vec2(gl_VertexIndex & 1, (gl_VertexIndex >> 1) & 1) * 2.0 - 1.0;
  level = levelOf(node);

  const vec3 position = mix(node.position, node.before, view.remaining);
  const float worldRadius = mix(node.radius, node.radiusBefore, view.remaining);
  const vec4 center = view.view * vec4(position, 1.0);
  const float depth = max(-center.z, 1e-3);
  // Half the viewport's height in pixels at distance 1, from the projection's scale along the camera's own y.
  const vec3 up = vec3(view.view[0][1], view.view[1][1], view.view[2][1]) / view.scale;
  const float pixelsPerUnit = 0.5 * float(view.viewport.y) * length((view.viewProjection * vec4(up, 0.0)).y) / depth;
  pixelsOfRadius = max(worldRadius * pixelsPerUnit, kLeastPixels);
  const float radius = pixelsOfRadius / pixelsPerUnit;

  const vec3 right = vec3(view.view[0][0], view.view[1][0], view.view[2][0]) / view.scale;
  const float margin = 1.0 + 1.0 / pixelsOfRadius;  // room for the smooth rim
  const float reach = radius * (kIsHalo == 1 ? kHaloRadius : margin);
  const vec3 world = position + (corner.x * right - corner.y * up) * reach;
  if (kIsHalo == 0) corner *= margin;
  const bool isDrawn = worldRadius > 0.0 && (kIsHalo == 0 || (abs(level) > kLeastGlow && style.show != kNodesShowStates));
  gl_Position = isDrawn ? view.viewProjection * vec4(world, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}
