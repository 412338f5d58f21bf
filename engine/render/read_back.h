#pragma once
// What the host learns of a frame when the frame is drawn, some frames later: ranges, watched floats, and the
// edge that was asked for.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/render/passes/pick_pass.h"
#include "engine/render/scene.h"

namespace cajal {

class ReadBack {
 public:
  // The place that was asked for, and the edge there, if there is one.
  struct EdgeAnswer {
    gpu::vec2 pixel{0.0f};
    std::optional<PickedEdge> edge;
  };

  // One slot a frame in flight.
  ReadBack(const Device& device, std::size_t slots);

  // What the last frame of this slot left has arrived: Frames::begin() has waited for it.
  void take(std::size_t slot);
  // Records the copies of a frame. `ranges` is one list a group. `picked` is what PickPass has filled; null:
  // no edge is asked for, or the host answers. The buffers grow with what the scene watches.
  void record(VkCommandBuffer commands, std::size_t slot, const RenderScene& scene,
              std::span<const BufferRange> ranges, const Buffer* picked);
  // The host's own answer, known at once.
  void answer(EdgeAnswer edge) { m_edge = edge; }

  // Of a group (RenderGroup::id), as it was some frames ago; empty for an unknown group.
  std::span<const gpu::Range> ranges(std::uint32_t group) const;  // by index in its RangeTable
  std::span<const float> watched(
      std::uint32_t group) const;                    // RenderGroup::watched, one range behind the other
  std::uint64_t number() const { return m_number; }  // Watch::number of that frame
  const std::optional<EdgeAnswer>& edge() const { return m_edge; }

 private:
  struct Part {
    std::uint32_t group;
    std::size_t ranges, watched;  // elements
  };
  struct Slot {
    std::unique_ptr<Buffer> words;  // of each part its ranges, then its watched floats; then what was picked
    std::vector<Part> parts;
    std::uint64_t number = 0;
    std::optional<gpu::vec2> pixel;
    std::vector<PickPass::Bundle> bundles;  // that the picked words are counted in
  };
  struct Known {
    std::uint32_t group;
    std::vector<gpu::Range> ranges;
    std::vector<float> watched;
  };
  void makeRoom(Slot& slot, std::size_t words) const;
  const Known* knownOf(std::uint32_t group) const;

  const Device& m_device;
  std::vector<Slot> m_slots;
  std::vector<Known> m_known;
  std::uint64_t m_number = 0;
  std::optional<EdgeAnswer> m_edge;
};

}  // namespace cajal
