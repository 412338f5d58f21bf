#version 460
// A Gaussian along one direction of the small picture: 9 taps, deviation 2 small pixels.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/look.h"

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0, rgba16f) readonly uniform image2D source;
layout(binding = 1, rgba16f) writeonly uniform image2D target;

layout(push_constant) uniform Constants { ivec2 direction; };

void main() {
  const ivec2 at = ivec2(gl_GlobalInvocationID.xy), size = imageSize(source);
  if (any(greaterThanEqual(at, size))) return;
  vec3 sum = kBlurWeights[0] * imageLoad(source, at).rgb;
  for (int tap = 1; tap < 5; ++tap) {
    sum += kBlurWeights[tap] * imageLoad(source, clamp(at + tap * direction, ivec2(0), size - 1)).rgb;
    sum += kBlurWeights[tap] * imageLoad(source, clamp(at - tap * direction, ivec2(0), size - 1)).rgb;
  }
  imageStore(target, at, vec4(sum, 1.0));
}
