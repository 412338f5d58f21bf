#version 460
// Matrices as rectangles in space, one instance each: as they are, or grown by half a pixel for their borders.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Planes { Plane planes[]; };
layout(binding = 10, scalar) readonly buffer Outlines { PlaneOutline outlines[]; };

layout(location = 0) out vec2 cell;  // column, row; whole numbers are borders
layout(location = 1) flat out uint index;

layout(constant_id = 0) const uint kIsBorder = 0;

void main() {
  index = gl_InstanceIndex;
  const vec2 corner = kIsBorder == 1 ? outlines[index].grown[gl_VertexIndex]
                                     : vec2(gl_VertexIndex & 1, (gl_VertexIndex >> 1) & 1);
  const Plane plane = planes[index];
  cell = corner * vec2(plane.columns, plane.rows);
  gl_Position = view.viewProjection * vec4(plane.origin + corner.x * plane.across + corner.y * plane.down, 1.0);
}
