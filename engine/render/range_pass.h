#pragma once
// Robust maxima of the values that are shown, so that colours mean the same from frame to frame.

#include "engine/render/scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class RangePass {
 public:
  explicit RangePass(const Device& device);

  // `ranges` holds one gpu::Range a request; an end of zero means "not known yet".
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& ranges) const;

 private:
  ComputePipeline m_pipeline;
};

}  // namespace cajal
