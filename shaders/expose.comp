#version 460
// The eye's adaptation: which density of edges comes out as full brightness.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"

layout(local_size_x = 1) in;
layout(binding = 0, scalar) uniform ToneBlock { ToneStyle tone; };
layout(binding = 1, scalar) buffer Exposure { float reference; uint bins[kExposureBins]; };

void main() {
  uint total = 0;
  for (uint bin = 0; bin < kExposureBins; ++bin) total += bins[bin];
  uint below = 0, found = 0;
  for (uint bin = 0; bin < kExposureBins; ++bin) {
    below += bins[bin];
    if (found == 0 && float(below) >= kExposurePercentile * float(total)) found = bin + 1;
    bins[bin] = 0;
  }
  if (total == 0) return;
  const float now = max(exp2(float(found) / kExposureBinsPerOctave) / kLightUnit, kLeastReference);
  reference = reference > 0.0 ? reference * pow(now / reference, tone.adaptation) : now;
}
