#version 460
// The edges at an eighth of the picture's size, for the bloom; and a histogram of their density, for the exposure.
// One thread a block of 8 x 8 pixels.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/edge_light.glsl"

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 2, scalar) readonly buffer Light { uvec2 light[]; };
layout(binding = 3, scalar) buffer Exposure { float reference; uint bins[]; };
layout(binding = 4, rgba16f) writeonly uniform image2D small;

void main() {
  const uvec2 block = gl_GlobalInvocationID.xy;
  const uvec2 first = block * 8u;
  if (any(greaterThanEqual(first, view.viewport))) return;
  const uvec2 end = min(first + 8u, view.viewport);

  // Every other pixel of every other row, staggered: the blur that follows forgives it.
  uvec2 sum = uvec2(0);
  for (uint y = first.y; y < end.y; y += 2u) {
    for (uint x = first.x + ((y >> 1u) & 1u); x < end.x; x += 2u) sum += light[y * view.viewport.x + x];
  }

  // One pixel of the block, another one every frame, is counted: enough for a percentile, and cheap.
  const uint random = hash(block.x + 8192u * block.y ^ hash(view.frame));
  const uvec2 looked = min(first + uvec2(random & 7u, (random >> 3u) & 7u), end - 1u);
  const uvec2 pixel = light[looked.y * view.viewport.x + looked.x];
  const uint density = pixel.x + pixel.y;
  if (density > 0) atomicAdd(bins[min(uint(log2(float(density)) * kExposureBinsPerOctave), kExposureBins - 1u)], 1);

  const vec2 mean = vec2(sum) / 16.0;
  const float inverseReference = 1.0 / (max(reference, 1e-6) * kLightUnit);
  imageStore(small, ivec2(block), vec4(edgeLight(mean, inverseReference, tone), 1.0));
}
