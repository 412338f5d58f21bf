#pragma once
// The settings of a training that may change between two steps, and their table.

#include "compute/core/setting.h"
#include "compute/math/schedules.h"
#include "compute/math/step_state.h"
#include "compute/math/update_rules.h"

namespace cajal {

struct TrainingSettings {
  Hyperparameters hyperparameters;
  Schedule schedule;            // of the learning rate
  bool followsSchedule = true;  // false: the learning rate was set by hand, and stays
  float averageDecay = 0;       // of the moving average of the weights, which tests then look at; 0: none
  NotFinite onNotFinite = NotFinite::stop;
  std::size_t batchSize = 64;
  // A point of the curves every so many steps (and at steps 1, 2, 4, 8 … before the first).
  std::uint64_t metricsEvery = 100;
  bool operator==(const TrainingSettings&) const = default;
};

// One row a setting. Choosing an optimiser also brings the rates that are usual for it, so its row stands
// first; a learning rate set by hand leaves the schedule, and a new schedule is followed.
const SettingTable<TrainingSettings>& trainingSettings();

}  // namespace cajal
