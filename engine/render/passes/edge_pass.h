#pragma once
// Edges as light (shaders/edges.comp): the planes leak, nodes are projected, every edge adds its samples.

#include "engine/render/targets.h"
#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class EdgePass {
 public:
  explicit EdgePass(const Device& device);
  // With so many workgroups a dispatch at most.
  EdgePass(const Device& device, std::uint32_t mostGroups);

  // Adds one frame's samples of all groups to targets.light, and makes its marks anew. `blend` is that of
  // gpu::View. Overwrites GroupMemory::projected and cutoffs.
  void draw(VkCommandBuffer commands, const UploadedScene& scene, float blend,
            const RenderTargets& targets) const;

 private:
  void leak(VkCommandBuffer commands, float blend, const RenderTargets& targets) const;
  void project(VkCommandBuffer commands, const UploadedGroup& group) const;
  void select(VkCommandBuffer commands, const UploadedScene& scene, const UploadedGroup& group) const;
  void add(VkCommandBuffer commands, const UploadedScene& scene, const UploadedGroup& group,
           const RenderTargets& targets) const;

  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_leak, m_project, m_cutoffs, m_edges;
};

}  // namespace cajal
