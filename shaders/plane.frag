#version 460
// A matrix, read where the optimiser writes it: no texture in between. Close up, one flat cell an element; further
// away, what all the elements under the pixel come to; far away the same, from blocks of them (shaders/reduce.comp).
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/color.glsl"
#include "include/blocks.glsl"

layout(binding = 1, scalar) readonly buffer Planes { Plane planes[]; };
layout(binding = 2, scalar) readonly buffer PlaneValues { float planeValues[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 4, scalar) readonly buffer Ranges { Range ranges[]; };
layout(binding = 5, scalar) uniform ColorBlock { ColorScale colors; };
layout(binding = 6, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 7, scalar) readonly buffer Looks { float looks[]; };
layout(binding = 8, scalar) readonly buffer Reduced { PlaneBlocks reduced[]; };
layout(binding = 9, scalar) readonly buffer Blocks { Block blocks[]; };
layout(binding = 10, scalar) readonly buffer Outlines { PlaneOutline outlines[]; };

layout(location = 0) in vec2 cell;
layout(location = 1) flat in uint index;
layout(location = 0) out vec4 color;  // encoded, not premultiplied

layout(constant_id = 0) const uint kIsBorder = 0;  // 1: the pixels that a border crosses, and 0: those inside

float valueAt(Plane plane, ivec2 at) {
  const uint element = plane.firstValue + (uint(at.y) * plane.columns + uint(at.x)) * plane.stride;
  const float value = plane.source == kPlaneValues   ? planeValues[element]
                      : plane.source == kActivations ? activations[element]
                                                     : looks[element];
  return value - plane.middle;
}

// What has been seen under a pixel. One value that is not finite breaks the whole pixel.
struct Seen {
  float least, most, sum, squares, weight;
  bool isBroken;
};
const float kHuge = 3.4e38;

void see(inout Seen seen, Block block, float weight, bool isHeld) {
  if (isNotFinite(block.least)) seen.isBroken = true;
  seen.least = isHeld ? min(seen.least, block.least) : seen.least;
  seen.most = isHeld ? max(seen.most, block.most) : seen.most;
  seen.sum += weight * block.mean;
  seen.squares += weight * block.rms * block.rms;
  seen.weight += weight;
}

float shownOf(Seen seen, uint reduction) {
  if (reduction == kStrongest) return seen.most >= -seen.least ? seen.most : seen.least;
  if (reduction == kMean) return seen.sum / seen.weight;
  // With the sign that prevails: noise keeps its level from any distance, and an outlier still stands out.
  return sqrt(seen.squares / seen.weight) * (seen.sum < 0.0 ? -1.0 : 1.0);
}

// Looks at the cells that the pixel covers, as far as they lie in the matrix: at all of them, or at blocks of the lowest
// level at which few enough cover the pixel. A cell that the pixel covers in part counts by that part. The strongest is
// looked for among cells whose middle the pixel covers, and in the row and column of the pixel's own middle: then every
// element is looked at by some pixel, and few elements by many. At the border of the matrix a pixel may have no
// neighbour, so each cell that it touches counts.
float levelUnder(Plane plane, PlaneBlocks planeBlocks, vec2 footprint, out bool isBroken) {
  const uvec2 size = uvec2(plane.columns, plane.rows);
  const vec2 low = cell - 0.5 * footprint, high = cell + 0.5 * footprint;
  const bool areMany = (footprint.x + 1.0) * (footprint.y + 1.0) > kMostElementsAPixel;
  const bool usesBlocks = areMany && planeBlocks.first != kNone;
  uint level = 0, side = 1;
  if (usesBlocks) {
    side = kBlockSide;
    const float longest = float(max(size.x, size.y));
    while ((footprint.x / float(side) + 1.0) * (footprint.y / float(side) + 1.0) > kMostBlocksAPixel && float(side) < longest) {
      side *= 2u;
      ++level;
    }
  }
  const uvec2 across = (size + side - 1u) / side;
  const ivec2 last = ivec2(across) - 1;
  const ivec2 first = clamp(ivec2(floor(low / float(side))), ivec2(0), last);
  const ivec2 stop = clamp(ivec2(floor(high / float(side))), first, last);
  const ivec2 stride = areMany && !usesBlocks ? (stop - first) / kMostCells + 1 : ivec2(1);
  const uint start = usesBlocks ? planeBlocks.first + levelStart(size, level) : 0u;
  Seen seen = Seen(kHuge, -kHuge, 0.0, 0.0, 0.0, false);
  for (int row = first.y; row <= stop.y; row += stride.y) {
    for (int column = first.x; column <= stop.x; column += stride.x) {
      const vec2 corner = float(side) * vec2(column, row);
      const vec2 covered = (min(corner + float(side), high) - max(corner, low)) / float(side);
      const float weight = max(covered.x, kLeastCovered) * max(covered.y, kLeastCovered);
      const vec2 end = min(corner + float(side), vec2(size));
      const ivec2 at = ivec2(column, row);
      const vec2 reach = 0.5 * max(footprint, end - corner);
      const bool isHeld = any(equal(at, ivec2(0))) || any(equal(at, last)) ||
                          all(lessThanEqual(abs(0.5 * (corner + end) - cell), reach));
      if (usesBlocks) {
        see(seen, blocks[start + uint(row) * across.x + uint(column)], weight, isHeld);
      } else {
        const float value = valueAt(plane, ivec2(column, row));
        see(seen, Block(value, value, value, abs(value)), weight, isHeld);
      }
    }
  }
  isBroken = seen.isBroken;
  return shownOf(seen, planeBlocks.reduction);
}

// Encoded already.
vec3 scaleColor(float share) {
  const float place = colors.isSigned == 1 ? 0.5 + 0.5 * clamp(share, -1.0, 1.0) : min(abs(share), 1.0);
  const float at = place * float(kColorStops - 1);
  const int low = min(int(at), int(kColorStops) - 2);
  return mix(colors.stops[low], colors.stops[low + 1], at - float(low));
}

// The share of the pixel that the plane covers; of what the plane above it leaves, if it continues one: both together
// then cover the pixels between them wholly.
float covered(float whole) {
  const uint above = outlines[index].above;
  return above == kNone ? whole : whole / max(1.0 - coveredBy(outlines[above], gl_FragCoord.xy), whole);
}

void main() {
  const Plane plane = planes[index];
  const vec2 footprint = fwidth(cell);  // cells a pixel
  const vec2 size = vec2(plane.columns, plane.rows);
  const bool isInside = all(greaterThan(cell, footprint)) && all(lessThan(cell, size - footprint));
  const float share = isInside ? 1.0 : coveredBy(outlines[index], gl_FragCoord.xy);
  const bool isWhole = share >= kCoveredWhole;
  if (kIsBorder == 1 ? isWhole || share < kCoveredLeast : !isWhole) discard;
  const float hides = kIsBorder == 1 ? plane.hides * covered(share) : plane.hides;
  const bool isFar = max(footprint.x, footprint.y) > 1.0;
  const ivec2 here = clamp(ivec2(floor(cell)), ivec2(0), ivec2(plane.columns, plane.rows) - 1);
  bool isBroken = false;  // a flag of its own: a compiler may assume that no result of arithmetic is NaN
  const float value = (isFar ? levelUnder(plane, reduced[index], footprint, isBroken) : valueAt(plane, here)) / ranges[plane.range].end;

  if (isBroken || isNotFinite(value)) {
    color = vec4(encode(notFiniteAt(gl_FragCoord.xy), tone.isInk), hides);
    return;
  }
  if (plane.isImage == 0) {
    color = vec4(scaleColor(value), hides);
    return;
  }
  vec3 shown = mix(tone.imageLow, tone.imageHigh, clamp(value, 0.0, 1.0));
  const vec3 gap = tone.isInk == 1 ? kInkedGap * tone.silent : vec3(0.0);
  shown = mix(gap, shown, tileLight(cell.x, cell.y, footprint.x, footprint.y));
  color = vec4(encode(shown, tone.isInk), hides);
}
