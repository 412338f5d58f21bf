#version 460
// A matrix summed up in blocks, each element read once: four levels of a tile of 64 × 64 elements. One workgroup a tile;
// a thread goes down one column, so that neighbours read neighbours.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) readonly buffer Values { float values[]; };
layout(binding = 1, scalar) buffer Blocks { Block blocks[]; };
layout(push_constant, scalar) uniform Constants { MatrixSlice slice; };

#define CAJAL_WRITES_BLOCKS
#include "include/blocks.glsl"

shared Sums columns[8][64];  // of each column of the tile, in each of its eight rows of blocks

Sums sumsDown(uint column, uint firstRow) {
  Sums sums = noElements();
  uint largest = 0;  // bits of the largest magnitude
  const uint end = min(firstRow + kBlockSide, slice.rows);
  uint at = slice.firstValue + firstRow * slice.columns + column;
  for (uint row = firstRow; row < end; ++row, at += slice.columns) {
    const float value = values[at];
    sums.least = min(sums.least, value);
    sums.most = max(sums.most, value);
    sums.sum += value;
    sums.squares += value * value;
    largest = max(largest, floatBitsToUint(value) & 0x7fffffffu);
  }
  return largest >= kInfinity ? broken() : sums;
}

void main() {
  const uvec2 size = uvec2(slice.columns, slice.rows);
  const uvec2 tile = uvec2(gl_WorkGroupID.x, gl_WorkGroupID.y + slice.firstTileRow);
  const uint thread = gl_LocalInvocationID.x, column = tile.x * kTileSide + thread;
  for (uint block = 0; block < 8; ++block) {
    columns[block][thread] =
        column < slice.columns ? sumsDown(column, tile.y * kTileSide + block * kBlockSide) : noElements();
  }
  barrier();
  const uvec2 mine = uvec2(thread % 8u, thread / 8u);
  Sums sums = columns[mine.y][8u * mine.x];
  for (uint i = 1; i < 8; ++i) sums = together(sums, columns[mine.y][8u * mine.x + i]);
  square[thread] = sums;
  put(size, slice.firstBlock, 0, tile * 8u + mine, sums);
  putLevelsAbove(size, slice.firstBlock, 0, tile);
}
