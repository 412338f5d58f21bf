#pragma once
// What is solid: planes and nodes, with depth among themselves, drawn over the edges; and the nodes' halos.
// Last the borders of planes, as smooth as the share of a pixel that they cover.

#include "engine/render/passes/matrix_pass.h"
#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class SolidPass {
 public:
  explicit SolidPass(const Device& device);

  // Draws over the picture and leaves it in layout COLOR_ATTACHMENT_OPTIMAL. `depth` is overwritten.
  // `reduced` is one a group.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            std::span<const ReducedPlanes> reduced, Image& depth, Image& picture) const;

 private:
  void drawPlanes(VkCommandBuffer commands, const GraphicsPipeline& planes, const UploadedScene& scene,
                  std::span<const ReducedPlanes> reduced) const;
  void drawNodes(VkCommandBuffer commands, const GraphicsPipeline& nodes, const UploadedScene& scene) const;

  GraphicsPipeline m_planes, m_planeBorders, m_nodes, m_halos;
};

}  // namespace cajal
