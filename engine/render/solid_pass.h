#pragma once
// What is solid: planes and nodes, with depth among themselves, drawn over the edges; and the nodes' halos.
// Last the borders of planes, as smooth as the share of a pixel that they cover.

#include "engine/render/matrix_pass.h"
#include "engine/render/scene.h"
#include "engine/render/targets.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class SolidPass {
 public:
  explicit SolidPass(const Device& device);

  // Draws over targets.picture and leaves it in layout COLOR_ATTACHMENT_OPTIMAL.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const BufferRange& ranges, const ReducedPlanes& reduced, RenderTargets& targets) const;

 private:
  GraphicsPipeline m_planes, m_planeBorders, m_nodes, m_halos;
};

}  // namespace cajal
