#pragma once
// Where the sources of an edge bundle stand, and the values of its edges (shaders/shared/formulas.h).

#include <cstddef>
#include <cstdint>

#include "engine/render/host/formulas.h"

namespace cajal {

using host::sourceOffset;
using host::valueOffset;

// How many sources from this one on stand beside each other, as their values do.
constexpr std::uint32_t sourcesInRun(const gpu::EdgeBundle& bundle, std::uint32_t source) {
  const std::uint32_t run = bundle.window.run;
  return run == 0 ? bundle.sources - source : run - source % run;
}

// The value of the first edge of a bundle. An identity has no values: its edges all have the value 1, each
// target has one source, and the bundle's stride is 0.
inline const float* firstValueOf(const gpu::EdgeBundle& bundle, const float* values) {
  static constexpr float kOne = 1.0f;
  return bundle.firstValue == gpu::kNone ? &kOne : values + bundle.firstValue;
}

// What an edge shows, as shaders/include/edge_value.glsl has it: its value, times its source's activation
// where the bundle asks for it. `values` and `activations` are all of the group's.
inline float valueOf(const gpu::EdgeBundle& bundle, const float* values, const float* activations,
                     std::uint32_t target, std::uint32_t source) {
  const float value =
      firstValueOf(bundle, values)[std::size_t{target} * bundle.stride + valueOffset(bundle.window, source)];
  if (bundle.firstActivation == gpu::kNone) return value;
  return value * activations[bundle.firstActivation + sourceOffset(bundle.window, target, source)];
}

}  // namespace cajal
