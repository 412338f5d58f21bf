#include "engine/render/scene.h"

namespace cajal {

glm::mat4 Placement::matrix() const {
  glm::mat4 matrix(scale * rotation);
  matrix[3] = glm::vec4(translation, 1.0f);
  return matrix;
}

glm::vec3 Placement::inGroup(glm::vec3 world) const {
  return glm::transpose(rotation) * (world - translation) / scale;
}

std::vector<NodeSpan> shownNodes(const RenderGroup& group) {
  std::vector<NodeSpan> shown;
  std::uint32_t first = 0;
  const auto end = [&](std::uint32_t at) {
    if (at > first) shown.push_back({first, at - first});
  };
  for (const NodeSpan& hidden : group.hiddenNodes) {
    end(hidden.first);
    first = hidden.first + hidden.count;
  }
  end(group.nodeCount);
  return shown;
}

gpu::View viewOf(const RenderGroup& group, const gpu::View& world) {
  const glm::mat4 placed = group.placement.matrix();
  gpu::View view = world;
  view.viewProjection = world.viewProjection * placed;
  view.view = world.view * placed;
  view.cameraPosition = group.placement.inGroup(world.cameraPosition);
  view.scale = group.placement.scale;
  view.remaining = group.remaining;
  return view;
}

std::vector<GroupFrame> groupFramesOf(const RenderScene& scene) {
  std::vector<GroupFrame> frames;
  std::uint32_t bundles = 0;
  for (const RenderGroup& group : scene.groups) {
    frames.push_back({group, viewOf(group, scene.view), bundles, group.nodeValues});
    bundles += static_cast<std::uint32_t>(group.bundles.size());
  }
  return frames;
}

}  // namespace cajal
