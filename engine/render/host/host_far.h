#pragma once
// levelUnder() of shaders/plane.frag on the host: what a pixel shows of a matrix of which it covers many
// elements.

#include "engine/render/scene.h"

namespace cajal::host {

struct FarPlane {
  const gpu::Plane& plane;
  const float* values;       // of element (0, 0)
  const gpu::Block* blocks;  // of level 0; null: there are none
  gpu::uint reduction;
};

// Around `cell` (column, row); `footprint` is how many cells a pixel covers each way. Before the range.
float levelUnder(const FarPlane& far, gpu::vec2 cell, gpu::vec2 footprint);

}  // namespace cajal::host
