#version 460
// A matrix, read where the optimiser writes it: no texture in between. Close up, one flat cell an element; far
// away, the root mean square under the pixel.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"
#include "include/color.glsl"

layout(binding = 1, scalar) readonly buffer Planes { Plane planes[]; };
layout(binding = 2, scalar) readonly buffer PlaneValues { float planeValues[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 4, scalar) readonly buffer Ranges { Range ranges[]; };
layout(binding = 5, scalar) uniform ColorBlock { ColorScale colors; };
layout(binding = 6, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 7, scalar) readonly buffer Looks { float looks[]; };

layout(location = 0) in vec2 cell;
layout(location = 1) flat in uint index;
layout(location = 0) out vec4 color;  // encoded, not premultiplied

const int kMostCells = 8;   // a side, looked at under one pixel; beyond that every n-th
const float kGap = 0.07;    // of a cell, at each side of it, between the pixels of an image

float valueAt(Plane plane, ivec2 at) {
  const uint element = plane.firstValue + (uint(at.y) * plane.columns + uint(at.x)) * plane.stride;
  const float value = plane.source == kPlaneValues   ? planeValues[element]
                      : plane.source == kActivations ? activations[element]
                                                     : looks[element];
  return value - plane.middle;
}

// Root mean square over the box of cells that the pixel covers, with the sign that prevails: noise keeps its level
// however far away it is, and an outlier still stands out. One value that is not a number makes all of it so.
float levelUnder(Plane plane, vec2 footprint) {
  const ivec2 last = ivec2(plane.columns, plane.rows) - 1;
  const ivec2 low = clamp(ivec2(floor(cell - 0.5 * footprint)), ivec2(0), last);
  const ivec2 high = clamp(ivec2(floor(cell + 0.5 * footprint)), low, last);
  const ivec2 stride = (high - low) / kMostCells + 1;
  float squares = 0.0, sum = 0.0, count = 0.0;
  for (int row = low.y; row <= high.y; row += stride.y) {
    for (int column = low.x; column <= high.x; column += stride.x) {
      // The share of the pixel that this cell covers.
      const vec2 covered = min(vec2(column, row) + 1.0, cell + 0.5 * footprint) - max(vec2(column, row), cell - 0.5 * footprint);
      const float weight = max(covered.x, 0.02) * max(covered.y, 0.02);
      const float value = valueAt(plane, ivec2(column, row));
      squares += weight * value * value;
      sum += weight * value;
      count += weight;
    }
  }
  return sqrt(squares / count) * (sum < 0.0 ? -1.0 : 1.0);
}

// Encoded already.
vec3 scaleColor(float share) {
  const float place = colors.isSigned == 1 ? 0.5 + 0.5 * clamp(share, -1.0, 1.0) : min(abs(share), 1.0);
  const float at = place * float(kColorStops - 1);
  const int low = min(int(at), int(kColorStops) - 2);
  return mix(colors.stops[low], colors.stops[low + 1], at - float(low));
}

void main() {
  const Plane plane = planes[index];
  const vec2 footprint = fwidth(cell);  // cells a pixel
  const bool isFar = max(footprint.x, footprint.y) > 1.0;
  const ivec2 here = clamp(ivec2(floor(cell)), ivec2(0), ivec2(plane.columns, plane.rows) - 1);
  const float value = (isFar ? levelUnder(plane, footprint) : valueAt(plane, here)) / ranges[plane.range].end;

  if (isnan(value) || isinf(value)) {
    color = vec4(encode(notFiniteAt(gl_FragCoord.xy), tone.isInk), plane.hides);
    return;
  }
  if (plane.isImage == 0) {
    color = vec4(scaleColor(value), plane.hides);
    return;
  }
  vec3 shown = mix(tone.imageLow, tone.imageHigh, clamp(value, 0.0, 1.0));
  // Pixels of an image are neurons: each is a tile of its own, and the gap fades out before it could shimmer.
  const vec2 inside = 0.5 - abs(fract(cell) - 0.5);
  const vec2 smoothGap = smoothstep(vec2(kGap) - footprint * 0.5, vec2(kGap) + footprint * 0.5, inside);
  const float visible = clamp(1.5 - 3.0 * max(footprint.x, footprint.y), 0.0, 1.0);
  const vec3 gap = tone.isInk == 1 ? 0.84 * tone.silent : vec3(0.0);
  shown = mix(gap, shown, mix(1.0, smoothGap.x * smoothGap.y, visible));
  color = vec4(encode(shown, tone.isInk), plane.hides);
}
