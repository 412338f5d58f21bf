// The levels of a matrix's blocks, and how the blocks of one become those of the next: an 8 × 8 square of one level in
// shared memory, three levels up.
#ifndef CAJAL_BLOCKS_GLSL
#define CAJAL_BLOCKS_GLSL

#include "finite.glsl"

// Columns and rows of blocks.
uvec2 blocksAcross(uvec2 size, uint level) {
  const uint side = kBlockSide << level;
  return (size + side - 1) / side;
}

// Blocks of all levels below this one.
uint levelStart(uvec2 size, uint level) {
  uint start = 0;
  for (uint below = 0; below < level; ++below) {
    const uvec2 blocks = blocksAcross(size, below);
    start += blocks.x * blocks.y;
  }
  return start;
}

// Elements in a block; those at the right and lower edge may hold fewer than a square.
float elementsIn(uvec2 size, uint level, uvec2 at) {
  const uint side = kBlockSide << level;
  const uvec2 held = min(size - at * side, uvec2(side));
  return float(held.x) * float(held.y);
}

#ifdef CAJAL_WRITES_BLOCKS

// Of some elements; `least` is NaN where one of them was not finite.
struct Sums {
  float least, most, sum, squares;
};
Sums noElements() { return Sums(uintBitsToFloat(0x7f800000u), uintBitsToFloat(0xff800000u), 0.0, 0.0); }
Sums broken() { return Sums(uintBitsToFloat(0x7fc00000u), 0.0, 0.0, 0.0); }

Sums together(Sums a, Sums b) {
  if (isNotANumber(a.least) || isNotANumber(b.least)) return broken();
  return Sums(min(a.least, b.least), max(a.most, b.most), a.sum + b.sum, a.squares + b.squares);
}

Block blockOf(Sums sums, float elements) {
  const float nan = uintBitsToFloat(0x7fc00000u);
  if (isNotANumber(sums.least)) return Block(nan, nan, nan, nan);
  // Sums of very large numbers end at infinity, while what they are the sums of is known to be finite.
  const float largest = max(-sums.least, sums.most);
  const float rms = isNotFinite(sums.squares) ? largest : min(sqrt(sums.squares / elements), largest);
  return Block(sums.least, sums.most, clamp(sums.sum / elements, sums.least, sums.most), rms);
}

Sums sumsOf(Block block, float elements) {
  return Sums(block.least, block.most, block.mean * elements, block.rms * block.rms * elements);
}

shared Sums square[64];  // (8, 8), row after row

void put(uvec2 size, uint firstBlock, uint level, uvec2 at, Sums sums) {
  const uvec2 across = blocksAcross(size, level);
  if (any(greaterThanEqual(at, across))) return;
  blocks[firstBlock + levelStart(size, level) + at.y * across.x + at.x] = blockOf(sums, elementsIn(size, level, at));
}

// `square` holds the sums of an 8 × 8 square of blocks of `level`, whose first is square number `where`; the three
// levels above are written. 64 threads.
void putLevelsAbove(uvec2 size, uint firstBlock, uint level, uvec2 where) {
  const uint thread = gl_LocalInvocationID.x;
  for (uint up = 1; up <= 3; ++up) {
    barrier();
    const uint side = 8u >> up, step = 1u << (up - 1);  // blocks a side; how far apart those of the level below stand
    const uvec2 at = uvec2(thread % side, thread / side);
    if (thread < side * side) {
      // Row r, column c of the level below stands at (r, c) × step, so that no thread writes what another one reads.
      const uint corner = 8u * (2u * at.y * step) + 2u * at.x * step;
      const Sums sums = together(together(square[corner], square[corner + step]),
                                 together(square[corner + 8u * step], square[corner + 9u * step]));
      square[corner] = sums;
      put(size, firstBlock, level + up, where * side + at, sums);
    }
  }
}

#endif
#endif
