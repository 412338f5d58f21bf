#pragma once
// The state of a training between two steps. A training that begins from a copied state goes on as the copied
// training did, to the last bit on the CPU backend.

#include <cstdint>
#include <string>
#include <vector>

#include "compute/core/backend.h"
#include "compute/math/schedules.h"
#include "compute/training/command.h"
#include "compute/training/training_settings.h"

namespace cajal {

// Counters and settings: what a training knows about itself besides its tensors. A copy, which does not
// follow the training.
struct TrainerState {
  TrainingSettings settings;
  std::uint64_t steps = 0;
  std::uint64_t cursor = 0;  // examples drawn
  std::uint64_t resets = 0;  // commanded so far
  UpdateCount updateCount;   // since the moments were zero
  PlateauState plateau;
  std::vector<LoggedCommand> commands;  // all that were applied, in order; a reset keeps them
};

// A tensor with a copy of its values, row-major.
struct TensorValues {
  TensorView tensor;
  std::vector<float> values;
};

// Everything that a training needs to go on: Trainer::state() copies it, Trainer::restore() begins from it.
// Points of the curves that are finished are not part of it: they belong to whoever takes them. A halt is not
// part of it either: a restored training tries the next step.
struct TrainingState {
  // Which run the state belongs to.
  std::uint64_t seed = 0;
  std::string network;  // toString(NetworkSpec)
  std::string data;     // DataSet::name

  TrainerState counters;
  Statistics sums;                    // of the training batches since the last point of the curves
  std::vector<TensorValues> tensors;  // parameters and moments
  std::vector<float> average;         // moving average of all parameters; empty where none is kept
};

}  // namespace cajal
