#pragma once
// What is solid, on the host: planes and nodes, with depth among themselves, over the edges
// (engine/render/passes/solid_pass.h).

#include <span>
#include <vector>

#include "engine/render/passes/matrix_pass.h"
#include "engine/render/scene.h"

namespace cajal {

class HostSolids {
 public:
  // Over a picture of the viewport's size, RGBA, a word a pixel. What panels cover gets its colour and
  // nothing else. scene.view must be complete. `reduced` and `ranges` are one a group.
  void draw(const RenderScene& scene, std::span<const GroupFrame> groups,
            std::span<const ReducedPlanes> reduced, std::span<const std::span<const gpu::Range>> ranges,
            std::uint32_t* picture);

 private:
  std::vector<float> m_depth;
};

}  // namespace cajal
