#version 460
// Background, edges and their bloom, through the filmic curve into the picture. Solid things are drawn over it.
//
// One thread a run of eight pixels, between the centres of two cells of the bloom: the four cells that it blends are
// fetched once for all eight.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/color.glsl"
#include "include/edge_light.glsl"

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 2, scalar) readonly buffer Light { uvec2 light[]; };
layout(binding = 3, scalar) readonly buffer Exposure { float reference; };
layout(binding = 4) uniform sampler2D bloom;  // an eighth of the picture's size
layout(binding = 5, rgba8) writeonly uniform image2D picture;
layout(binding = 6, scalar) readonly buffer Marks { uint marks[]; };

vec3 bloomAt(ivec2 cell) {
  return tone.bloom * texelFetch(bloom, clamp(cell, ivec2(0), textureSize(bloom, 0) - 1), 0).rgb;
}

void main() {
  const int y = int(gl_GlobalInvocationID.y), firstX = int(gl_GlobalInvocationID.x) * 8 - 4;
  const ivec2 size = ivec2(view.viewport);
  if (y >= size.y || firstX >= size.x) return;

  const float down = (float(y) + 0.5) / 8.0 - 0.5;
  const ivec2 cell = ivec2(int(gl_GlobalInvocationID.x) - 1, int(floor(down)));
  const float v = down - floor(down);
  const vec3 left = mix(bloomAt(cell), bloomAt(cell + ivec2(0, 1)), v);
  const vec3 right = mix(bloomAt(cell + ivec2(1, 0)), bloomAt(cell + ivec2(1, 1)), v);
  const vec3 background = mix(tone.backgroundTop, tone.background, float(y) / float(size.y));
  const float inverseReference = 1.0 / (max(reference, 1e-6) * kLightUnit);

  // Of the eight pixels; they never lie in two words.
  const uint run = gl_GlobalInvocationID.x;
  const uint marked = marks[uint(y) * markWords(view.viewport.x) + run / 4u] >> (8u * (run & 3u));

  // No round at all for a run that panels cover.
  for (int i = firstX + 8 <= int(view.left) ? 8 : 0; i < 8; ++i) {
    const int x = firstX + i;
    if (x < int(view.left) || x >= size.x) continue;
    const vec2 edges = vec2(light[y * size.x + x]);
    vec3 color = background + mix(left, right, (float(i) + 0.5) / 8.0);
    // A loop of at most one round: software devices step over it where no lane has light, an `if` they would not.
    for (float density = edges.x + edges.y; density > 0.0; density = 0.0) {
      const vec3 hue = edgeHue(edges, tone);
      const float amount = edgeAmount(density, inverseReference, tone.exposure);
      color = tone.isInk == 1 ? color * throughInk(hue, amount) : color + hue * amount;
    }
    if ((marked >> uint(i) & 1u) != 0u) color = mix(color, notFiniteAt(vec2(x, y)), kMarkCovers);
    imageStore(picture, ivec2(x, y), vec4(encode(color, tone.isInk) + dither(uint(x), uint(y)), 1.0));
  }
}
