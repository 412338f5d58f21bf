#pragma once
// Which edge is under the pointer (shaders/pick.comp): exact however many there are, and only asked when
// somebody points.

#include <algorithm>
#include <optional>
#include <span>

#include "engine/render/scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class PickPass {
 public:
  explicit PickPass(const Device& device);

  // Answers scene.edgePick into `picked`: wordsFor(bundles) words, usage TRANSFER_DST. `cutoffs` as the edges
  // were drawn with.
  void draw(VkCommandBuffer commands, const RenderScene& scene, const UploadedScene& uploaded,
            const Buffer& ranges, const Buffer& projected, const Buffer& cutoffs, const Buffer& picked) const;

  static constexpr float kReach = 3.0f;  // pixels from the pointer, at least
  static float reachOf(const gpu::EdgeStyle& style) { return std::max(kReach, 0.5f * style.width + 1.0f); }
  static std::size_t wordsFor(std::size_t bundles) { return 1 + bundles; }
  // What the words say: the nodes at the two ends of the edge, or nothing.
  static std::optional<PickedEdge> edgeIn(std::span<const std::uint32_t> words,
                                          std::span<const gpu::EdgeBundle> bundles);

 private:
  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_strongest, m_which;
};

}  // namespace cajal
