#pragma once
// From light to a picture: histogram and exposure, bloom, composition.

#include "engine/render/targets.h"
#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"
#include "shaders/shared/look.h"

namespace cajal {

class TonePass {
 public:
  explicit TonePass(const Device& device);

  // Reads targets.light; leaves the bloom in targets.small. `exposure` (kExposureBytes, zero at
  // first) remembers which density of edges is full brightness.
  void expose(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
              RenderTargets& targets) const;
  // After expose(): writes the finished background, edges and bloom into the picture, in layout GENERAL.
  void compose(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
               const RenderTargets& targets, Image& picture) const;

  // The reference, then a histogram.
  static constexpr VkDeviceSize kExposureBytes = 4 + gpu::kExposureBins * 4;

 private:
  void fold(VkCommandBuffer commands, const UploadedScene& scene, const Buffer& exposure,
            RenderTargets& targets) const;
  void blur(VkCommandBuffer commands, Image& source, Image& target, int x, int y) const;

  Sampler m_nearest;
  ComputePipeline m_fold, m_expose, m_blur, m_compose;
};

}  // namespace cajal
