#pragma once
// Edges as line primitives, the way the hardware's pipeline would draw them (shaders/lines.vert): what
// EdgePass is measured against, and nothing that is shown.

#include "engine/render/passes/edge_pass.h"
#include "engine/render/passes/range_pass.h"
#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/image.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class LinePass {
 public:
  // An edge is so many straight pieces; their light is added up in an image of this format.
  LinePass(const Device& device, VkFormat format, std::uint32_t chords);

  // GroupMemory must be as EdgePass and RangePass leave it. `target` is cleared first.
  void draw(VkCommandBuffer commands, const UploadedScene& scene, Image& target) const;

 private:
  std::uint32_t m_chords;
  GraphicsPipeline m_pipeline;
};

}  // namespace cajal
