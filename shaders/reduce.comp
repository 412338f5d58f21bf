#version 460
// A matrix summed up in blocks, each element read once: four levels of a tile of 64 × 64 elements. One workgroup a tile.
//
// In a tile that lies wholly in the matrix a thread reads four columns at a time, eight rows that do not wait for each
// other, which keeps the memory of a GPU busy. Elsewhere a thread goes down one column.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) readonly buffer Values { float values[]; };
layout(binding = 1, scalar) buffer Blocks { Block blocks[]; };
layout(binding = 2) readonly buffer Vectors { vec4 vectors[]; };  // the values again
layout(push_constant, scalar) uniform Constants { MatrixSlice slice; };

#define CAJAL_WRITES_BLOCKS
#include "include/blocks.glsl"

shared Sums columns[8][64];  // of each column of the tile, or of four, in each of its eight rows of blocks

void take(inout Sums sums, inout uint largest, float value) {
  sums.least = min(sums.least, value);
  sums.most = max(sums.most, value);
  sums.sum += value;
  sums.squares += value * value;
  largest = max(largest, floatBitsToUint(value) & 0x7fffffffu);
}

// Four columns and eight rows, all in the matrix; `at` counts vectors.
Sums sumsOfHalfABlock(uint at, uint step) {
  vec4 rows[kBlockSide];
  for (uint row = 0; row < kBlockSide; ++row) rows[row] = vectors[at + row * step];
  Sums sums = noElements();
  uint largest = 0;
  for (uint row = 0; row < kBlockSide; ++row) {
    take(sums, largest, rows[row].x);
    take(sums, largest, rows[row].y);
    take(sums, largest, rows[row].z);
    take(sums, largest, rows[row].w);
  }
  return largest >= kInfinity ? broken() : sums;
}

Sums sumsDown(uint column, uint firstRow) {
  Sums sums = noElements();
  uint largest = 0;  // bits of the largest magnitude
  const uint end = min(firstRow + kBlockSide, slice.rows);
  uint at = slice.firstValue + firstRow * slice.columns + column;
  for (uint row = firstRow; row < end; ++row, at += slice.columns) {
    take(sums, largest, values[at]);
  }
  return largest >= kInfinity ? broken() : sums;
}

void main() {
  const uvec2 size = uvec2(slice.columns, slice.rows);
  const uvec2 tile = uvec2(gl_WorkGroupID.x, gl_WorkGroupID.y + slice.firstTileRow);
  const uint thread = gl_LocalInvocationID.x, column = tile.x * kTileSide + thread;
  const bool isWhole = all(lessThanEqual((tile + 1u) * kTileSide, size));
  const bool isAligned = (slice.columns % 4u) == 0 && (slice.firstValue % 4u) == 0;
  const uint widths = isWhole && isAligned ? 2u : 8u;  // of `columns` that a block is wide
  if (widths == 2u) {
    const uint step = slice.columns / 4u;
    for (uint block = thread / 16u; block < 8; block += 4u) {
      const uint row = tile.y * kTileSide + block * kBlockSide;
      const uint at = slice.firstValue + row * slice.columns + tile.x * kTileSide;  // modulo 2^32
      columns[block][thread % 16u] = sumsOfHalfABlock(at / 4u + thread % 16u, step);
    }
  } else {
    for (uint block = 0; block < 8; ++block) {
      columns[block][thread] =
          column < slice.columns ? sumsDown(column, tile.y * kTileSide + block * kBlockSide) : noElements();
    }
  }
  barrier();
  const uvec2 mine = uvec2(thread % 8u, thread / 8u);
  Sums sums = columns[mine.y][widths * mine.x];
  for (uint i = 1; i < widths; ++i) sums = together(sums, columns[mine.y][widths * mine.x + i]);
  square[thread] = sums;
  put(size, slice.firstBlock, 0, tile * 8u + mine, sums);
  putLevelsAbove(size, slice.firstBlock, 0, tile);
}
