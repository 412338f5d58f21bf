#version 460
// A robust maximum of |value| for each request: a percentile over the non-zero elements, from a logarithmic
// histogram in shared memory, smoothed over frames so that colours do not flicker. One workgroup a request.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/finite.glsl"

const uint kThreads = 128;

layout(local_size_x = 128) in;
layout(binding = 0, scalar) readonly buffer Requests { RangeRequest requests[]; };
layout(binding = 1, scalar) readonly buffer Shown { float shownValues[]; };
layout(binding = 2, scalar) readonly buffer Planes { float planeValues[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 5, scalar) readonly buffer NodeValues { float nodeValues[]; };
layout(binding = 6, scalar) readonly buffer Looks { float looks[]; };
layout(binding = 4, scalar) buffer Ranges { Range ranges[]; };

layout(push_constant) uniform Constants { float adaptation; uint frame; uint firstRequest; };

shared uint bins[kRangeBins];
shared uint notFinite;  // elements

float valueOf(RangeRequest request, uint element) {
  uint place = element, activation = element;
  if (request.window.run != 0) {
    const uint row = element / request.columns, column = element - row * request.columns;
    place = row * request.stride + valueOffset(request.window, column);
    activation = sourceOffset(request.window, row, column);
  } else if (request.firstActivation != kNone) {
    activation = element % request.columns;
  }
  const uint index = request.firstValue + place;
  float value = request.source == kShownValues  ? shownValues[index]
                : request.source == kPlaneValues ? planeValues[index]
                : request.source == kNodeValues  ? nodeValues[index]
                : request.source == kLooks       ? looks[index]
                                                 : activations[index];
  if (request.firstActivation != kNone) value *= activations[request.firstActivation + activation];
  return abs(value);
}

void count(RangeRequest request) {
  const uint elements = request.rows * request.columns;
  const uint looks = min(elements, kMostLooks);
  uint broken = 0;
  for (uint look = gl_LocalInvocationID.x; look < looks; look += kThreads) {
    const uint element = lookedAt(look, looks, elements, hash(look ^ hash(frame)));
    const float value = valueOf(request, element);
    if (isNotFinite(value)) ++broken;
    if (!(value > 0.0) || isNotFinite(value)) continue;
    const float bin = (log2(value) - kRangeSmallest) * kRangeBinsPerOctave;
    atomicAdd(bins[uint(clamp(bin, 0.0, float(kRangeBins - 1)))], 1);
  }
  if (broken > 0) atomicAdd(notFinite, broken);
}

// Upper end of the bin in which the percentile lies, with the place inside it interpolated; 0 where nothing was seen.
float percentile(float wanted) {
  uint total = 0;
  for (uint bin = 0; bin < kRangeBins; ++bin) total += bins[bin];
  if (total == 0) return 0.0;
  const float rank = wanted * float(total);
  float below = 0.0;
  for (uint bin = 0; bin < kRangeBins; ++bin) {
    const float here = float(bins[bin]);
    if (here > 0.0 && below + here >= rank) {
      return exp2(kRangeSmallest + (float(bin) + clamp((rank - below) / here, 0.0, 1.0)) / kRangeBinsPerOctave);
    }
    below += here;
  }
  return exp2(kRangeSmallest + float(kRangeBins) / kRangeBinsPerOctave);
}

// Mean of the light of all elements, zeros included, with a range that ends at `end`.
float meanLight(RangeRequest request, float end) {
  if (request.rows * request.columns == 0) return 1.0;  // a scale that is given, and that all values reach
  float sum = 0.0;
  for (uint bin = 0; bin < kRangeBins; ++bin) {
    if (bins[bin] == 0) continue;
    const float middle = exp2(kRangeSmallest + (float(bin) + 0.5) / kRangeBinsPerOctave);
    sum += float(bins[bin]) * exp2(request.gamma * log2(min(middle / end, kMostShare)));
  }
  return sum / float(clamp(request.rows * request.columns, 1u, kMostLooks));
}

void main() {
  const uint index = firstRequest + gl_WorkGroupID.x;
  for (uint bin = gl_LocalInvocationID.x; bin < kRangeBins; bin += kThreads) bins[bin] = 0;
  if (gl_LocalInvocationID.x == 0) notFinite = 0;
  barrier();
  count(requests[index]);
  barrier();
  if (gl_LocalInvocationID.x != 0) return;
  const float now = max(percentile(requests[index].percentile), requests[index].floor);
  const Range before = ranges[index];
  // Smoothed in the logarithm; the first frame has nothing to be smoothed with.
  const float end = before.end > 0.0 ? before.end * pow(now / before.end, adaptation) : now;
  const float share = float(notFinite) / float(clamp(requests[index].rows * requests[index].columns, 1u, kMostLooks));
  const float held = before.notFiniteHeld, least = max(share, kLeastNotFinite);
  const bool isHeld = least > 0.5 * held && least < 2.0 * held;
  ranges[index] = Range(end, max(meanLight(requests[index], end), 1e-9), share, isHeld ? held : least);
}
