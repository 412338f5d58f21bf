#pragma once
// Robust maxima of the values that are shown, so that colours mean the same from frame to frame.

#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class RangePass {
 public:
  explicit RangePass(const Device& device);

  // Measures what a group asks for, into its GroupMemory::ranges.
  void draw(VkCommandBuffer commands, const UploadedGroup& group) const;

 private:
  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_pipeline;
};

}  // namespace cajal
