#include "engine/render/host/host_cutoffs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "engine/render/edge_window.h"

namespace cajal {

void HostCutoffs::select(const RenderGroup& group) {
  const auto values = hostElements<float>(group.shownValues),
             activations = hostElements<float>(group.activations);
  for (const gpu::EdgeBundle& bundle : group.bundles) {
    if (bundle.most == 0) continue;
    m_cutoffs.resize(std::max<std::size_t>(m_cutoffs.size(), bundle.firstCutoff + bundle.targets));
    m_bits.resize(bundle.sources);
    for (std::uint32_t target = 0; target < bundle.targets; ++target) {
      for (std::uint32_t source = 0; source < bundle.sources; ++source) {
        const float value = valueOf(bundle, values.data(), activations.data(), target, source);
        m_bits[source] = std::isnan(value) ? 0u : std::bit_cast<std::uint32_t>(std::abs(value));
      }
      m_cutoffs[bundle.firstCutoff + target] = bundle.most >= bundle.sources ? 0.0f : cutoff(bundle.most);
    }
  }
}

// Radix selection, eight bits a round from the top.
float HostCutoffs::cutoff(std::uint32_t most) {
  std::uint32_t known = 0, missing = most;
  for (int shift = 24; shift >= 0; shift -= 8) {
    std::array<std::uint32_t, 256> counts{};
    const std::uint32_t above = shift == 24 ? 0u : known >> (shift + 8);
    for (const std::uint32_t bits : m_bits) {
      const bool belongs = shift == 24 || bits >> (shift + 8) == above;
      counts[bits >> shift & 255u] += belongs;
    }
    std::uint32_t digit = 255;
    for (; digit > 0 && counts[digit] < missing; --digit) missing -= counts[digit];
    known |= digit << shift;
  }
  return std::bit_cast<float>(known);
}

}  // namespace cajal
