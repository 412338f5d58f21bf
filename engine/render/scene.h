#pragma once
// What a frame draws: buffers on the GPU and the numbers that say how. Made by the viewer, borrowed for one
// frame.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/vulkan/buffer.h"
#include "shaders/shared/scene.h"

namespace cajal {

struct RenderScene {
  BufferRange nodes;  // gpu::Node
  std::uint32_t nodeCount = 0;

  // One float an element, as the shared structs index them.
  BufferRange shownValues, planeValues, activations, nodeValues;
  BufferRange looks;  // empty where nobody looks
  gpu::NodeStyle nodeStyle{};
  std::vector<gpu::StateRequest> states;  // where nodes show states, which then are their values

  std::vector<gpu::EdgeBundle> bundles;
  std::vector<gpu::Plane> planes;
  std::vector<gpu::RangeRequest> ranges;  // the indices that nodes, bundles and planes name

  gpu::View view{};           // `left` pixels are not drawn but filled with coveredColor
  gpu::vec3 coveredColor{0};  // sRGB-encoded
  gpu::EdgeStyle edges{};     // bundle and firstEdge are the renderer's to fill
  gpu::ToneStyle tone{};
  gpu::ColorScale colors{};                    // of matrices
  gpu::uint reduction = gpu::kRootMeanSquare;  // what a pixel shows of the elements that it covers
  // A few floats that the host wants to see, some frames later; usage TRANSFER_SRC. The number comes back
  // with them, and says which wish they answer.
  std::vector<BufferRange> watched;
  std::uint64_t watchedNumber = 0;
  std::optional<gpu::vec2> edgePick;  // pixels: the edge under this place is wanted, some frames later
  float rangeAdaptation = 1;          // share of the new range in the old, 0 … 1
};

// An edge, by the nodes that it joins.
struct PickedEdge {
  std::uint32_t source = 0, target = 0;
  bool operator==(const PickedEdge&) const = default;
};

// The same, where the shaders find it; lives in the frame's upload memory.
struct UploadedScene {
  BufferRange view, tone, bundles, planes, ranges, colors, states, outlines;
};

}  // namespace cajal
