#pragma once
// Where the sources of an edge bundle stand, and the values of its edges: shaders/include/edge_window.glsl,
// for the host.

#include <algorithm>
#include <cstdint>

#include "shaders/shared/scene.h"

namespace cajal {

// Nodes, or activations, from the first source.
constexpr std::uint32_t sourceOffset(const gpu::EdgeWindow& window, std::uint32_t target,
                                     std::uint32_t source) {
  if (window.run == 0) return source;
  const std::uint32_t inRow = window.run * window.runs;
  const std::uint32_t row = source / inRow, column = source % inRow;
  const std::uint32_t group = window.targetsAGroup == 0 ? 0 : target / window.targetsAGroup;
  return row * window.nextRow + column / window.run * window.nextRun + column % window.run +
         group * window.run;
}

// Floats from the first value of the target.
constexpr std::uint32_t valueOffset(const gpu::EdgeWindow& window, std::uint32_t source) {
  if (window.run == 0) return source;
  const std::uint32_t inRow = window.run * window.runs;
  return source / inRow * window.nextValueRow + source % inRow;
}

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

}  // namespace cajal
