#include "engine/render/host/host_ranges.h"

#include <algorithm>
#include <cmath>

#include "engine/render/edge_window.h"
#include "engine/render/host/light.h"

namespace cajal {
namespace {

using gpu::kMostLooks, gpu::kRangeBinsPerOctave, gpu::kRangeSmallest;

constexpr std::uint32_t kRun = 256;  // looks whose bins are computed together

std::span<const float> sourceOf(const gpu::RangeRequest& request, const GroupFrame& frame) {
  switch (request.source) {
    case gpu::kShownValues: return hostElements<float>(frame.group.shownValues);
    case gpu::kPlaneValues: return hostElements<float>(frame.group.planeValues);
    case gpu::kNodeValues: return hostElements<float>(frame.nodeValues);
    case gpu::kLooks: return hostElements<float>(frame.group.looks);
    default: return hostElements<float>(frame.group.activations);
  }
}

float valueOf(const gpu::RangeRequest& request, std::span<const float> source,
              std::span<const float> activations, std::uint32_t element) {
  const bool hasActivation = request.firstActivation != gpu::kNone;
  if (request.window.run == 0) {
    const float value = source[request.firstValue + element];
    return hasActivation ? value * activations[request.firstActivation + element % request.columns] : value;
  }
  const std::uint32_t row = element / request.columns, column = element % request.columns;
  const float value = source[request.firstValue + row * request.stride + valueOffset(request.window, column)];
  return hasActivation
             ? value * activations[request.firstActivation + sourceOffset(request.window, row, column)]
             : value;
}

// How many of the elements are looked at, at least one.
std::uint32_t looksAt(const gpu::RangeRequest& request) {
  return std::clamp(request.rows * request.columns, 1u, kMostLooks);
}

// The bin of each value, or `none` for what does not count: zero, infinite, not a number.
void binsOf(const float* values, std::uint32_t looks, std::int32_t none, std::int32_t* bins) {
  const float last = static_cast<float>(none - 1);
  for (std::uint32_t i = 0; i < looks; ++i) {
    const float value = values[i];
    const float bin = (host::log2(value) - kRangeSmallest) * kRangeBinsPerOctave;
    const bool counts = value > 0.0f && value <= 3.402823466e38f;
    bins[i] = counts ? static_cast<std::int32_t>(host::clamp(bin, 0.0f, last)) : none;
  }
}

}  // namespace

void HostRanges::measure(const GroupFrame& frame) {
  const std::vector<gpu::RangeRequest>& requests = frame.group.ranges.requests();
  // At least one: nodes, bundles and planes that name no range read the first.
  m_ranges.resize(std::max<std::size_t>(requests.size(), 1));
  for (std::size_t index = 0; index < requests.size(); ++index) {
    const gpu::RangeRequest& request = requests[index];
    count(request, frame);
    const float now = std::max(percentile(request.percentile), request.floor);
    const float before = m_ranges[index].end;
    const float end = before > 0.0f ? before * std::pow(now / before, frame.group.rangeAdaptation) : now;
    const float share = static_cast<float>(m_notFinite) / static_cast<float>(looksAt(request));
    const float held = m_ranges[index].notFiniteHeld, least = std::max(share, gpu::kLeastNotFinite);
    const bool isHeld = least > 0.5f * held && least < 2.0f * held;
    m_ranges[index] = {end, std::max(meanLight(request, end), 1e-9f), share, isHeld ? held : least};
  }
}

void HostRanges::count(const gpu::RangeRequest& request, const GroupFrame& frame) {
  m_bins.fill(0);
  m_notFinite = 0;
  const std::span<const float> source = sourceOf(request, frame);
  const std::span<const float> activations = hostElements<float>(frame.group.activations);
  const std::uint32_t elements = request.rows * request.columns, looks = std::min(elements, kMostLooks);
  const std::uint32_t frameHash = host::hash(frame.view.frame);
  float values[kRun];
  std::int32_t bins[kRun];
  for (std::uint32_t first = 0; first < looks; first += kRun) {
    const std::uint32_t run = std::min(looks - first, kRun);
    for (std::uint32_t i = 0; i < run; ++i) {
      const std::uint32_t look = first + i;
      const std::uint32_t element = host::lookedAt(look, looks, elements, host::hash(look ^ frameHash));
      values[i] = std::abs(valueOf(request, source, activations, element));
    }
    for (std::uint32_t i = 0; i < run; ++i) m_notFinite += !host::isFinite(values[i]);
    binsOf(values, run, kBins, bins);
    for (std::uint32_t i = 0; i < run; ++i) {
      if (bins[i] < static_cast<std::int32_t>(kBins)) ++m_bins[static_cast<std::uint32_t>(bins[i])];
    }
  }
}

float HostRanges::percentile(float wanted) const {
  std::uint32_t total = 0;
  for (const std::uint32_t bin : m_bins) total += bin;
  if (total == 0) return 0.0f;
  const float rank = wanted * static_cast<float>(total);
  float below = 0.0f;
  for (std::uint32_t bin = 0; bin < kBins; ++bin) {
    const auto here = static_cast<float>(m_bins[bin]);
    if (here > 0.0f && below + here >= rank) {
      const float inside = std::clamp((rank - below) / here, 0.0f, 1.0f);
      return std::exp2(kRangeSmallest + (static_cast<float>(bin) + inside) / kRangeBinsPerOctave);
    }
    below += here;
  }
  return std::exp2(kRangeSmallest + static_cast<float>(kBins) / kRangeBinsPerOctave);
}

float HostRanges::meanLight(const gpu::RangeRequest& request, float end) const {
  if (request.rows * request.columns == 0) return 1.0f;  // a scale that is given, and that all values reach
  float sum = 0.0f;
  for (std::uint32_t bin = 0; bin < kBins; ++bin) {
    if (m_bins[bin] == 0) continue;
    const float middle = std::exp2(kRangeSmallest + (static_cast<float>(bin) + 0.5f) / kRangeBinsPerOctave);
    const float light = std::exp2(request.gamma * std::log2(std::min(middle / end, gpu::kMostShare)));
    sum += static_cast<float>(m_bins[bin]) * light;
  }
  return sum / static_cast<float>(looksAt(request));
}

}  // namespace cajal
