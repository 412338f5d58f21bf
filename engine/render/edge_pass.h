#pragma once
// Edges as light (shaders/edges.comp): the planes leak, nodes are projected, every edge adds its samples.

#include "engine/render/scene.h"
#include "engine/render/targets.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class EdgePass {
 public:
  explicit EdgePass(const Device& device);

  // Adds one frame's samples to targets.light, and makes its marks anew. `projected` (a vec4 a node) and
  // `cutoffs` (a float a target of every bundle that keeps its strongest edges alone) are overwritten.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& ranges, const Buffer& projected, const Buffer& cutoffs,
            const RenderTargets& targets) const;

 private:
  void leak(VkCommandBuffer commands, const RenderScene& scene, const RenderTargets& targets) const;
  void project(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
               const Buffer& projected) const;

  void select(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
              const Buffer& cutoffs) const;

  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_leak, m_project, m_cutoffs, m_edges;
};

}  // namespace cajal
