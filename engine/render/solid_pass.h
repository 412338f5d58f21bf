#pragma once
// What is solid: planes and nodes, with depth among themselves.

#include "engine/render/scene.h"
#include "engine/render/targets.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class SolidPass {
 public:
  explicit SolidPass(const Device& device);

  // Clears and draws targets.solid, and leaves it for a shader to read.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& ranges, RenderTargets& targets) const;

 private:
  GraphicsPipeline m_planes, m_nodes;
};

}  // namespace cajal
