#pragma once
// shaders/leak.comp, project.comp and edges.comp on the host: edges as light in two planes of whole numbers.
//
// The same formulas in the same order, written for the vectoriser: edges of one target are prepared a run at
// a time, those that have samples are put in order of how many, and sixteen of them walk along their curves
// side by side.

#include <span>
#include <vector>

#include "engine/render/host/host_cutoffs.h"
#include "engine/render/host/host_marks.h"
#include "engine/render/scene.h"

namespace cajal {

class HostEdges {
 public:
  // Adds one frame's samples of all bundles, after what was there has leaked. The viewport may have changed.
  // `ranges` is one list a group.
  void draw(const gpu::View& view, std::span<const GroupFrame> groups,
            std::span<const std::span<const gpu::Range>> ranges);

  // Of the last frame and its group number `group`: which edges a target keeps, and a node in clip space,
  // without its depth.
  const HostCutoffs& cutoffs(std::size_t group) const { return m_groups[group].cutoffs; }
  gpu::vec4 projected(std::size_t group, std::uint32_t node) const { return m_groups[group].clip(node); }

  // (height, width, 2): positive, negative.
  const std::vector<std::uint32_t>& light() const { return m_light; }
  // Of the last frame, and of no frame before.
  const HostMarks& marks() const { return m_marks; }

 private:
  struct Bundle;
  struct Run;
  struct Group {
    void project(const GroupFrame& frame);
    gpu::vec4 clip(std::uint32_t node) const { return {x[node], y[node], 0.0f, w[node]}; }

    // Of each node, in clip space; and its place on the screen, from -1 to 1.
    std::vector<float> x, y, w, screenX, screenY;
    HostCutoffs cutoffs;
  };

  void leak(const gpu::View& view);
  void drawBundle(const GroupFrame& frame, const Group& nodes, std::uint32_t index, const gpu::Range& range);
  void drawTarget(const Bundle& bundle, std::uint32_t target);
  // Whether they all are finite.
  bool prepare(const Bundle& bundle, std::uint32_t target, Run& run) const;
  void markNotFinite(const Bundle& bundle, std::uint32_t target, Run& run);
  void walkTogether(const Bundle& bundle, std::uint32_t target, std::span<const std::uint32_t> edges,
                    const Run& run);

  // Amounts of light for sixteen places in m_light. They are added with the next sixteen: by then those
  // pixels have come from memory.
  static constexpr std::uint32_t kLanes = 16;  // edges that walk together
  struct Samples {
    alignas(64) std::int32_t place[kLanes], amount[kLanes];
  };
  void add(const Samples& samples);

  std::vector<std::uint32_t> m_light;
  Samples m_lastSamples{};
  std::vector<Group> m_groups;
  HostMarks m_marks;
};

}  // namespace cajal
