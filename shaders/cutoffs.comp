#version 460
// Which edges are a target's strongest: for each target of a bundle the smallest |value| among its `most` largest,
// exactly, by radix selection over the bits of the number (Alabi et al., "Fast k-selection algorithms for graphics
// processing units", JEA 2012). One workgroup a target.
//
// The bits of a number that is not negative are ordered as the numbers are: four rounds of a histogram, eight bits each
// from the top, leave the one value that has `most - 1` larger ones before it. NaN does not count.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/finite.glsl"

const uint kThreads = 64;
const uint kDigits = 256;

layout(local_size_x = 64) in;
layout(binding = 0, scalar) readonly buffer Values { float values[]; };
layout(binding = 1, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 2, scalar) readonly buffer Bundles { EdgeBundle bundles[]; };
layout(binding = 3, scalar) writeonly buffer Cutoffs { float cutoffs[]; };

layout(push_constant) uniform Constants { uint bundleIndex; uint firstTarget; };

#include "include/edge_value.glsl"

shared uint counts[kDigits];
shared uint known;    // the bits that are known, from the top
shared uint missing;  // how many of those that begin with them are wanted

uint bitsOf(EdgeBundle bundle, uint target, uint source) {
  const float value = edgeValue(bundle, target, source, sourceOffset(bundle.window, target, source));
  return isNotANumber(value) ? 0u : floatBitsToUint(abs(value));
}

void main() {
  const EdgeBundle bundle = bundles[bundleIndex];
  const uint target = firstTarget + gl_WorkGroupID.x, thread = gl_LocalInvocationID.x;
  if (bundle.most >= bundle.sources) {
    if (thread == 0) cutoffs[bundle.firstCutoff + target] = 0.0;
    return;
  }
  if (thread == 0) {
    known = 0;
    missing = bundle.most;
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    for (uint digit = thread; digit < kDigits; digit += kThreads) counts[digit] = 0;
    barrier();
    const uint above = shift == 24 ? 0u : known >> uint(shift + 8);
    for (uint source = thread; source < bundle.sources; source += kThreads) {
      const uint bits = bitsOf(bundle, target, source);
      const bool belongs = shift == 24 || bits >> uint(shift + 8) == above;
      if (belongs) atomicAdd(counts[(bits >> uint(shift)) & 255u], 1);
    }
    barrier();
    if (thread == 0) {
      uint digit = kDigits - 1;
      for (; digit > 0 && counts[digit] < missing; --digit) missing -= counts[digit];
      known |= digit << uint(shift);
    }
    barrier();
  }
  if (thread == 0) cutoffs[bundle.firstCutoff + target] = uintBitsToFloat(known);
}
