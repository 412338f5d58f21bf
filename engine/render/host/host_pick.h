#pragma once
// shaders/pick.comp on the host: the strongest edge that passes under the pointer, known at once.

#include <optional>
#include <span>
#include <vector>

#include "engine/render/host/host_cutoffs.h"
#include "engine/render/scene.h"

namespace cajal {

class HostPick {
 public:
  // Answers scene.edgePick. `cutoffs` as the edges were drawn with; `reach` in pixels.
  std::optional<PickedEdge> find(const RenderScene& scene, std::span<const gpu::Range> ranges,
                                 const HostCutoffs& cutoffs, float reach);

 private:
  bool passes(const gpu::EdgeBundle& bundle, std::uint32_t source, std::uint32_t target, float reach) const;

  const RenderScene* m_scene = nullptr;
  std::vector<gpu::vec4> m_projected;  // of each node, clip space
  gpu::vec4 m_leave{0.0f}, m_arrive{0.0f};
};

}  // namespace cajal
