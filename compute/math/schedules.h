#pragma once
// Schedules: how the learning rate changes with the steps. A pure function of the step for all but `plateau`,
// which looks at the loss.
//
//   constant     η
//   step         η γ^⌊t / period⌋
//   exponential  η γ^(t / period)
//   cosine       η_min + (η - η_min) (1 + cos π p) / 2                  (Loshchilov & Hutter 2017)
//   one-cycle    from η/25 up to η over 30 %, then to η/250,000, along cosines    (Smith & Topin 2018)
//   plateau      η γ each time the loss has not fallen for `patience` looks at it
//
// t counts steps from 0, p is the share of total - warmup that is over. All but one-cycle begin with a
// straight line from 0 to η over `warmup` steps: step t takes η (t + 1) / (warmup + 1).

#include <cmath>
#include <cstdint>

#include "compute/core/named.h"
#include "compute/core/random.h"  // CAJAL_HOST_DEVICE

namespace cajal {

enum class ScheduleKind : std::uint32_t { constant, step, exponential, cosine, oneCycle, plateau };
inline constexpr std::uint32_t kSchedules = 6;

struct Schedule {
  ScheduleKind kind = ScheduleKind::constant;
  float rate = 1e-3f;            // η, the largest
  std::uint64_t warmup = 0;      // steps
  std::uint64_t period = 1000;   // steps between two multiplications by γ
  std::uint64_t total = 10'000;  // steps until a cosine or a cycle ends; the rate stays where it is then
  float gamma = 0.1f;            // γ
  float minimum = 0;             // η_min: no schedule goes below it
  std::uint32_t patience = 10;   // points of the curves, of a plateau
  bool operator==(const Schedule&) const = default;
};

CAJAL_HOST_DEVICE inline double cosineBetween(double from, double to, double share) {
  return to + 0.5 * (from - to) * (1.0 + cos(3.14159265358979323846 * share));
}

CAJAL_HOST_DEVICE inline double oneCycleRate(const Schedule& s, double step) {
  const double rate = static_cast<double>(s.rate), total = static_cast<double>(s.total);
  const double first = rate / 25.0, last = first / 1e4, summit = 0.3 * total - 1.0, end = total - 1.0;
  if (step <= summit && summit > 0) return cosineBetween(first, rate, step / summit);
  const double share = end > summit ? (step - summit) / (end - summit) : 1.0;
  return cosineBetween(rate, last, share < 1.0 ? share : 1.0);
}

// The rate of step `step`, counted from 0, before a plateau's factor.
CAJAL_HOST_DEVICE inline float scheduledRate(const Schedule& s, std::uint64_t step) {
  const double rate = static_cast<double>(s.rate), minimum = static_cast<double>(s.minimum);
  if (s.kind == ScheduleKind::oneCycle) return static_cast<float>(oneCycleRate(s, static_cast<double>(step)));
  if (step < s.warmup) {
    return static_cast<float>(rate * static_cast<double>(step + 1) / static_cast<double>(s.warmup + 1));
  }
  const double since = static_cast<double>(step - s.warmup);
  const double period = static_cast<double>(s.period > 0 ? s.period : 1);
  double scheduled = rate;
  if (s.kind == ScheduleKind::step)
    scheduled = rate * pow(static_cast<double>(s.gamma), floor(since / period));
  if (s.kind == ScheduleKind::exponential)
    scheduled = rate * pow(static_cast<double>(s.gamma), since / period);
  if (s.kind == ScheduleKind::cosine) {
    const double length = s.total > s.warmup ? static_cast<double>(s.total - s.warmup) : 1.0;
    scheduled = cosineBetween(rate, minimum, since < length ? since / length : 1.0);
  }
  return static_cast<float>(scheduled > minimum ? scheduled : minimum);
}

// What a plateau has seen. Plain data, for checkpoints.
struct PlateauState {
  double best = INFINITY;
  std::uint32_t looks = 0;  // since the best
  float factor = 1;
};

// After a look at the loss. A loss counts as lower when it is by a ten-thousandth of itself (PyTorch's
// threshold).
inline PlateauState observed(const Schedule& s, PlateauState state, double loss) {
  if (loss < state.best * (1.0 - 1e-4)) {
    state.best = loss;
    state.looks = 0;
  } else if (++state.looks > s.patience) {
    state.factor *= s.gamma;
    state.looks = 0;
  }
  return state;
}

// The rate of step `step`, with what a plateau has made of it.
CAJAL_HOST_DEVICE inline float scheduledRate(const Schedule& s, std::uint64_t step, float plateauFactor) {
  const float rate = scheduledRate(s, step) * plateauFactor;
  return s.kind == ScheduleKind::plateau && rate < s.minimum ? s.minimum : rate;
}

// "constant", "step", "exponential", "cosine", "one-cycle", "plateau"
std::span<const KindName> namesOf(ScheduleKind);

}  // namespace cajal
