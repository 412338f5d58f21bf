#pragma once
// shaders/cutoffs.comp on the host: which edges are a target's strongest. For one group.

#include <vector>

#include "engine/render/scene.h"

namespace cajal {

class HostCutoffs {
 public:
  // For each target of a bundle that keeps its strongest edges alone, the weakest |value| it keeps.
  void select(const RenderGroup& group);
  float of(const gpu::EdgeBundle& bundle, std::uint32_t target) const {
    return bundle.most > 0 ? m_cutoffs[bundle.firstCutoff + target] : 0.0f;
  }

 private:
  float cutoff(std::uint32_t most);

  std::vector<float> m_cutoffs;       // of all bundles of the group
  std::vector<std::uint32_t> m_bits;  // of one target's values
};

}  // namespace cajal
