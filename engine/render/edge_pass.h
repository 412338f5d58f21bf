#pragma once
// Edges as light (shaders/edges.comp): the planes leak, nodes are projected, every edge adds its samples.

#include "engine/render/scene.h"
#include "engine/render/targets.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class EdgePass {
 public:
  explicit EdgePass(const Device& device);

  // Adds one frame's samples to targets.light. `projected` holds a vec4 a node and is overwritten.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& ranges, const Buffer& projected, const RenderTargets& targets) const;

 private:
  void leak(VkCommandBuffer commands, const RenderScene& scene, const RenderTargets& targets) const;
  void project(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
               const Buffer& projected) const;

  ComputePipeline m_leak, m_project, m_edges;
};

}  // namespace cajal
