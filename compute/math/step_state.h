#pragma once
// Where a training stands, and what its steps follow: all that changes from one step to the next without
// anybody asking, and all that a slider moves. It lies in the backend's memory and operations read it where
// they run, so that a step that was captured once can be done again and again. One text for host and device.

#include <cstdint>

#include "compute/core/named.h"
#include "compute/math/schedules.h"
#include "compute/math/update_rules.h"

namespace cajal {

// What is done where a gradient is NaN or infinite, before it has touched a weight.
enum class NotFinite : std::uint32_t {
  stop,  // no update, and none after it until the clock is set again: the run pauses and says why
  skip,  // no update; the next batch may be better
  pass,  // nothing is looked at
};
std::span<const KindName> namesOf(NotFinite);  // "stop", "skip", "pass"

// Set by whoever trains; steps only read it.
struct StepRules {
  Hyperparameters hyperparameters;  // their learning rate counts where the schedule is not followed
  Schedule schedule;
  bool followsSchedule = false;
  float plateauFactor = 1;
  NotFinite onNotFinite = NotFinite::skip;
  std::uint64_t examplesPerStep = 0;
  bool operator==(const StepRules&) const = default;
};

// Goes on by itself, from step to step.
struct StepClock {
  std::uint64_t steps = 0;        // done
  std::uint64_t cursor = 0;       // examples drawn
  UpdateCount updates;            // since the moments were zero
  float learningRate = 0;         // of the step at hand
  std::uint64_t haltedAfter = 0;  // so many steps: no step after them changes anything; 0: it runs
};

struct StepState {
  StepRules rules;
  StepClock clock;
};

CAJAL_HOST_DEVICE inline bool isHalted(const StepClock& clock) {
  return clock.haltedAfter != 0 && clock.steps >= clock.haltedAfter;
}

CAJAL_HOST_DEVICE inline float learningRateOf(const StepRules& rules, std::uint64_t step) {
  if (!rules.followsSchedule) return rules.hyperparameters.learningRate;
  return scheduledRate(rules.schedule, step, rules.plateauFactor);
}

// Those of the step at hand.
CAJAL_HOST_DEVICE inline Hyperparameters hyperparametersOf(const StepState& state) {
  Hyperparameters h = state.rules.hyperparameters;
  h.learningRate = state.clock.learningRate;
  return h;
}

// Behind a step: the clock that the next one reads.
CAJAL_HOST_DEVICE inline StepClock ticked(const StepRules& rules, StepClock clock) {
  if (isHalted(clock)) return clock;
  ++clock.steps;
  clock.cursor += rules.examplesPerStep;
  clock.updates = next(rules.hyperparameters, clock.updates);
  clock.learningRate = learningRateOf(rules, clock.steps);
  return clock;
}

}  // namespace cajal
