#pragma once
// Which nodes are dead or saturated (shaders/states.comp).

#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class StatePass {
 public:
  explicit StatePass(const Device& device);

  // Where groups show states: fills GroupFrame::nodeValues, a float a node, where RenderGroup::states asks;
  // zero elsewhere. Usage TRANSFER_DST. The frame before must have been waited for.
  void draw(VkCommandBuffer commands, const UploadedScene& scene) const;

 private:
  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_pipeline;
};

}  // namespace cajal
