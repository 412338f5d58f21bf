#pragma once
// Which edge is under the pointer (shaders/pick.comp): exact however many edges there are. It runs only in
// frames that ask (Watch::edgePick).

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "engine/render/uploaded_scene.h"
#include "engine/vulkan/pipeline.h"

namespace cajal {

class PickPass {
 public:
  explicit PickPass(const Device& device);

  // Which of all groups' edges passes under `pixel`, into `picked`: a word, then one a bundle; usage
  // TRANSFER_DST. GroupMemory must be as EdgePass and RangePass left it.
  void draw(VkCommandBuffer commands, const UploadedScene& scene, gpu::vec2 pixel,
            const Buffer& picked) const;

  static constexpr float kReach = 3.0f;  // pixels from the pointer, at least
  static float reachOf(const gpu::EdgeStyle& style) { return std::max(kReach, 0.5f * style.width + 1.0f); }

  // A bundle, with the group that it is of: what is needed to read an answer when its scene is gone.
  struct Bundle {
    std::uint32_t group;
    gpu::EdgeBundle edges;
  };
  static std::vector<Bundle> bundlesOf(const RenderScene& scene);
  static std::size_t wordsFor(std::size_t bundles) { return 1 + bundles; }
  // What the words say: the nodes at the two ends of the edge, or nothing.
  static std::optional<PickedEdge> edgeIn(std::span<const std::uint32_t> words,
                                          std::span<const Bundle> bundles);

 private:
  void look(VkCommandBuffer commands, const ComputePipeline& round, const UploadedScene& scene,
            const UploadedGroup& group, gpu::vec2 pixel, const Buffer& picked) const;

  std::uint32_t m_mostGroups;  // a dispatch's, in x
  ComputePipeline m_strongest, m_which;
};

}  // namespace cajal
