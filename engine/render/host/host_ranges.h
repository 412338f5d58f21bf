#pragma once
// shaders/ranges.comp on the host: robust maxima of the values that are shown. For one group.

#include <array>
#include <span>
#include <vector>

#include "engine/render/scene.h"
#include "shaders/shared/look.h"

namespace cajal {

class HostRanges {
 public:
  // One a request of the group, smoothed with what was there; zero means "not known yet".
  void measure(const GroupFrame& frame);
  void forget() { m_ranges.clear(); }
  const std::vector<gpu::Range>& ranges() const { return m_ranges; }

 private:
  static constexpr std::uint32_t kBins = gpu::kRangeBins;

  void count(const gpu::RangeRequest& request, const GroupFrame& frame);
  float percentile(float wanted) const;
  float meanLight(const gpu::RangeRequest& request, float end) const;

  std::vector<gpu::Range> m_ranges;
  std::array<std::uint32_t, kBins> m_bins{};
  std::uint32_t m_notFinite = 0;  // of the elements that the bins count
};

}  // namespace cajal
