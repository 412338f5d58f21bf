#version 460
// Blocks summed up further: three levels above the one that is read. One workgroup 8 × 8 blocks.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) buffer Blocks { Block blocks[]; };
layout(push_constant, scalar) uniform Constants { MatrixSlice slice; };

#define CAJAL_WRITES_BLOCKS
#include "include/blocks.glsl"

void main() {
  const uvec2 size = uvec2(slice.columns, slice.rows);
  const uint thread = gl_LocalInvocationID.x;
  const uvec2 at = gl_WorkGroupID.xy * 8u + uvec2(thread % 8u, thread / 8u);
  const uvec2 across = blocksAcross(size, slice.level);
  Sums sums = noElements();
  if (all(lessThan(at, across))) {
    const Block block = blocks[slice.firstBlock + levelStart(size, slice.level) + at.y * across.x + at.x];
    sums = sumsOf(block, elementsIn(size, slice.level, at));
  }
  square[thread] = sums;
  putLevelsAbove(size, slice.firstBlock, slice.level, gl_WorkGroupID.xy);
}
