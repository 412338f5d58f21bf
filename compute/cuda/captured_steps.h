#pragma once
// A training step as a graph: captured once, launched again and again, one launch for many steps. Sliders and
// counters change nothing in it, since they stand in device memory (compute/math/step_state.h).

#include <cstdint>
#include <functional>

#include "compute/cuda/owners.h"

namespace cajal::cuda {

class CapturedSteps {
 public:
  // Steps in one graph: a launch costs the host 2 to 3 µs, which is then little against their work; more
  // would only make a burst end later than it was asked to.
  static constexpr std::uint64_t kMany = 16;
  // What the launch of a graph takes of the launch queue. CUDA does not say: as much as eight kernels, to be
  // safe.
  static constexpr std::uint64_t kLaunchesOfGraph = 8;

  explicit CapturedSteps(cudaStream_t stream) : m_stream(stream) {}

  // Enqueues `times` steps. `step` is called, and captured, where `shape` is not that of the last call: then
  // once as it is, so that what it allocates at first is there.
  void repeat(std::uint64_t shape, std::uint64_t times, const std::function<void()>& step);

 private:
  GraphExec capture(std::uint64_t times, const std::function<void()>& step) const;
  void launchGraph(const GraphExec& graph) const;

  cudaStream_t m_stream;
  std::uint64_t m_shape = 0;  // of what was captured; 0: nothing
  GraphExec m_one, m_many;    // of a step, and of kMany
};

}  // namespace cajal::cuda
