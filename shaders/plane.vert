#version 460
// Matrices as rectangles in space, one instance each.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Planes { Plane planes[]; };

layout(location = 0) out vec2 cell;  // column, row; whole numbers are borders
layout(location = 1) flat out uint index;

void main() {
  const vec2 corner = vec2(gl_VertexIndex & 1, (gl_VertexIndex >> 1) & 1);
  index = gl_InstanceIndex;
  const Plane plane = planes[index];
  cell = corner * vec2(plane.columns, plane.rows);
  gl_Position = view.viewProjection * vec4(plane.origin + corner.x * plane.across + corner.y * plane.down, 1.0);
}
