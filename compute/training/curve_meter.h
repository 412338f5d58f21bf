#pragma once
// The curve meter: at which steps the curves have a point, and which statistics of the backend make one.
//
// A point is made of two statistics: of the training batches since the point before, and of validation or
// test examples. Both are asked for behind the step; with CUDA they arrive while later steps are done.

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "compute/core/telemetry.h"

namespace cajal {

// A point of the curves.
struct Metrics {
  std::uint64_t step = 0;
  double trainLoss = 0;      // mean over the batches since the point before
  double trainAccuracy = 0;  // 0 … 1
  double testLoss = 0;       // of the validation part, where there is one
  double testAccuracy = 0;
};

// Points stand at multiples of `every`, and at steps 1, 2, 4, 8 … before the first multiple.
bool isCurvePoint(std::uint64_t step, std::uint64_t every);
// Steps from `step` to the next point; at least 1.
std::uint64_t stepsUntilCurvePoint(std::uint64_t step, std::uint64_t every);

class CurveMeter {
 public:
  // Asks the backend for both statistics of a point at this step.
  void take(Telemetry& telemetry, std::uint64_t step);
  // Steps behind this one were enqueued and changed nothing: they have no points.
  void cancelAfter(std::uint64_t step);
  // Collects what has arrived. `note` is called with every finished point.
  void collect(Telemetry& telemetry, const std::function<void(const Metrics&)>& note);
  // Finished points since the last call, in order.
  std::vector<Metrics> points() { return std::exchange(m_points, {}); }

 private:
  static constexpr std::uint64_t kCancelled = 0;  // in m_expected: step 0 has no point

  std::deque<Statistics> m_arrived;  // in the order in which they were asked for; not yet a pair
  std::deque<std::uint64_t> m_expected;
  std::vector<Metrics> m_points;
};

}  // namespace cajal
