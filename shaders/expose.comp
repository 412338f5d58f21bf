#version 460
// The eye's adaptation: which density of edges comes out as full brightness.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"
#include "include/light.glsl"

const uint kBins = 256;
const float kPercentile = 0.985;  // of the pixels that hold any light

layout(local_size_x = 1) in;
layout(binding = 0, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 1, scalar) buffer Exposure { float reference; uint bins[kBins]; };

void main() {
  uint total = 0;
  for (uint bin = 0; bin < kBins; ++bin) total += bins[bin];
  uint below = 0, found = 0;
  for (uint bin = 0; bin < kBins; ++bin) {
    below += bins[bin];
    if (found == 0 && float(below) >= kPercentile * float(total)) found = bin + 1;
    bins[bin] = 0;
  }
  if (total == 0) return;
  const float now = max(exp2(float(found) / 8.0) / kLightUnit, 0.02);
  reference = reference > 0.0 ? reference * pow(now / reference, tone.adaptation) : now;
}
