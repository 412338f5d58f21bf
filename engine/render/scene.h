#pragma once
// What a frame draws: one view, and groups of buffers on the GPU with the numbers that say how to draw them.
// The viewer makes a RenderScene; the renderer borrows it for one frame.

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/render/range_table.h"
#include "engine/vulkan/buffer.h"
#include "shaders/shared/scene.h"

namespace cajal {

// Where a group stands in the world: group space → world. All lengths of a group (positions, radii, planes)
// are in its own units; light, edge width and reach are in pixels and do not scale.
struct Placement {
  glm::mat3 rotation{1.0f};
  float scale = 1.0f;  // world units a group unit, the same for all axes, > 0
  glm::vec3 translation{0.0f};

  glm::mat4 matrix() const;
  glm::vec3 inGroup(glm::vec3 world) const;  // world → group space
};

// Nodes [first, first + count) of a group.
struct NodeSpan {
  std::uint32_t first = 0, count = 0;
  bool operator==(const NodeSpan&) const = default;
};

// One network as it is drawn. Groups of one scene share the light planes, the exposure and the depth buffer.
struct RenderGroup {
  // Names the group from frame to frame: ranges, blocks of matrices and read-backs are kept by it. No two
  // groups of a scene have the same id. A group that misses a frame starts anew.
  std::uint32_t id = 0;
  Placement placement;
  float remaining = 0;  // of a change of layout, the share that is still to come (gpu::View)

  BufferRange nodes;  // gpu::Node
  std::uint32_t nodeCount = 0;

  // One float an element, as the shared structs index them.
  BufferRange shownValues, planeValues, activations, nodeValues;
  BufferRange looks;  // empty where nothing reads kLooks
  gpu::NodeStyle nodeStyle{};
  std::vector<NodeSpan> hiddenNodes;      // not drawn, because planes stand for them; ascending, disjoint
  std::vector<gpu::StateRequest> states;  // where nodes show states, which then are their values

  std::vector<gpu::EdgeBundle> bundles;
  std::vector<gpu::Plane> planes;
  RangeTable ranges;  // of the values that nodes, bundles and planes show

  gpu::EdgeStyle edges{};                      // bundle and firstEdge are the renderer's to fill
  gpu::ColorScale colors{};                    // of matrices
  gpu::uint reduction = gpu::kRootMeanSquare;  // what a pixel shows of the elements that it covers
  float rangeAdaptation = 1;                   // share of the new range in the old, 0 … 1
  // Floats that the host wants to see, some frames later; usage TRANSFER_SRC.
  std::vector<BufferRange> watched;
};

// Questions about a frame that are answered some frames later.
struct Watch {
  std::uint64_t number = 0;           // comes back with the floats of RenderGroup::watched of this frame
  std::optional<gpu::vec2> edgePick;  // pixels: the edge under this place is wanted
};

// The nodes that are drawn: all but the hidden ones.
std::vector<NodeSpan> shownNodes(const RenderGroup& group);
inline bool showsStates(const RenderGroup& group) {
  return group.nodeStyle.show == gpu::kNodesShowStates;
}

struct RenderScene {
  gpu::View view{};           // of the world; `left` pixels are not drawn but filled with coveredColor
  gpu::vec3 coveredColor{0};  // sRGB-encoded
  gpu::ToneStyle tone{};
  std::vector<RenderGroup> groups;
  Watch watch;
};

// The scene's view as a group sees it: group space → clip space.
gpu::View viewOf(const RenderGroup& group, const gpu::View& world);

// An edge, by the nodes that it joins.
struct PickedEdge {
  std::uint32_t group = 0;               // RenderGroup::id
  std::uint32_t source = 0, target = 0;  // nodes of the group
  bool operator==(const PickedEdge&) const = default;
};

// A group in the frame that is being drawn. Bundles are numbered through all groups of the scene: the number
// seeds the samples of a bundle, so that several groups are drawn as one group of all of them would be.
struct GroupFrame {
  const RenderGroup& group;
  gpu::View view;             // viewOf(group), with everything that the renderer fills in
  std::uint32_t firstBundle;  // number of group.bundles[0]
  BufferRange nodeValues;     // group.nodeValues, or the states of its nodes
};
// In the order of the scene. The view must be complete.
std::vector<GroupFrame> groupFramesOf(const RenderScene& scene);

}  // namespace cajal
