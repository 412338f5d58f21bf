#pragma once
// Which nodes are dead or saturated (shaders/states.comp).

#include "engine/render/scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class StatePass {
 public:
  explicit StatePass(const Device& device);

  // Fills `states`, a float a node, where scene.states asks for it; zero elsewhere. Usage TRANSFER_DST.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& states) const;

 private:
  ComputePipeline m_pipeline;
};

}  // namespace cajal
