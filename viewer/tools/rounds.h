#pragma once
// Seconds, and pieces of work that are compared: done in turns, so that what else the machine does meets all
// of them.

#include <algorithm>
#include <functional>
#include <vector>

#include "engine/base/clock.h"
#include "engine/vulkan/device.h"

namespace cajal {

inline double secondsOf(const std::function<void()>& work) {
  const double start = secondsNow();
  work();
  return secondsNow() - start;
}

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// A GPU is done before it has been asked: what is measured there is done so many times in one go, so that
// asking and waiting do not count. A software device has no such trouble, and no such speed.
inline int timesAtOnce(const Device& device) {
  return device.facts().type == VK_PHYSICAL_DEVICE_TYPE_CPU ? 1 : 16;
}

// The median seconds of each piece of work, after one round that does not count.
inline std::vector<double> inTurns(const std::vector<std::function<void()>>& works, int rounds) {
  std::vector<std::vector<double>> seconds(works.size());
  for (const auto& work : works) work();
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < works.size(); ++i) seconds[i].push_back(secondsOf(works[i]));
  }
  std::vector<double> medians;
  medians.reserve(seconds.size());
  for (const auto& each : seconds) medians.push_back(median(each));
  return medians;
}

}  // namespace cajal
