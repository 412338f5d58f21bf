#pragma once
// Where the sources of an edge bundle stand, and the values of its edges (shaders/shared/formulas.h).

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

}  // namespace cajal
