#version 460
// The finished picture: background, edges, what is solid, bloom; filmic curve; sRGB, the only place it is encoded.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"
#include "include/light.glsl"
#include "include/color.glsl"
#include "include/edge_light.glsl"

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 2, scalar) readonly buffer Light { uvec2 light[]; };
layout(binding = 3, scalar) readonly buffer Exposure { float reference; };
layout(binding = 4) uniform sampler2D solid;
layout(binding = 5) uniform sampler2D bloom;
layout(binding = 6, rgba8) writeonly uniform image2D picture;

void main() {
  const uvec2 at = gl_GlobalInvocationID.xy;
  if (any(greaterThanEqual(at, view.viewport))) return;
  const vec2 place = (vec2(at) + 0.5) / vec2(view.viewport);

  const vec4 front = texelFetch(solid, ivec2(at), 0);
  const vec2 edges = vec2(light[at.y * view.viewport.x + at.x]) * (1.0 / kLightUnit);
  vec3 color = mix(tone.backgroundTop, tone.background, place.y) * (1.0 - front.a) + front.rgb;
  color += edgeLight(edges, max(reference, 1e-6), tone) * (1.0 - front.a);
  color += tone.bloom * texture(bloom, place).rgb;

  // A quarter of an 8-bit step of noise that stands still hides the bands of the dark background.
  const float noise = (unitFloat(hash(at.x + 16384u * at.y)) - 0.5) * (0.5 / 255.0);
  imageStore(picture, ivec2(at), vec4(encodeSrgb(filmic(color)) + noise, 1.0));
}
