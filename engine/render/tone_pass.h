#pragma once
// From light to a picture: histogram and exposure, bloom, composition, the one place where colour is encoded.

#include "engine/render/scene.h"
#include "engine/render/targets.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class TonePass {
 public:
  explicit TonePass(const Device& device);

  // Reads targets.light and targets.solid, writes targets.picture. `exposure` (kExposureBytes, zero at first)
  // remembers which density of edges is full brightness.
  void draw(VkCommandBuffer commands, const UploadedScene& uploaded, const Buffer& exposure,
            RenderTargets& targets) const;

  static constexpr VkDeviceSize kExposureBytes = 4 + 256 * 4;  // the reference, then a histogram

 private:
  void fold(VkCommandBuffer commands, const UploadedScene& uploaded, const Buffer& exposure,
            RenderTargets& targets) const;
  void blur(VkCommandBuffer commands, Image& source, Image& target, int x, int y) const;

  Sampler m_nearest, m_linear;
  ComputePipeline m_fold, m_expose, m_blur, m_compose;
};

}  // namespace cajal
