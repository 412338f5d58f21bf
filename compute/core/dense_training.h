#pragma once
// A training of dense layers alone, said as plain data: what a backend must know to do many of its steps at
// once (Steps::advanceDense). Nothing here is owned.

#include <vector>

#include "compute/core/operations.h"
#include "compute/core/steps.h"

namespace cajal {

// y = f(W x + b), W (out, in)
struct DenseLayer {
  std::size_t in = 0, out = 0;
  Activation activation = Activation::identity;  // f; of the last layer the head's, and identity here
  std::size_t weight = 0, bias = 0;              // floats from the start of each arena
  bool operator==(const DenseLayer&) const = default;
};

struct DenseTraining {
  std::vector<DenseLayer> layers;  // in order; at least one
  Head head;
  const DeviceExamples* examples = nullptr;  // in the shuffled order of `seed`
  std::uint64_t seed = 0;
  std::size_t batch = 0;       // examples a step
  StepState* state = nullptr;  // its clock goes on with each step
  UpdateArenas arenas;         // gradients are written, too: those of the last step
  float* gradients = nullptr;  // the same as arenas.gradients
  bool isMeasured = false;     // as Steps::update()
  float* average = nullptr;    // as Steps::moveAverage(), behind each step; null: none is kept
  float averageDecay = 0;
  int statistics = 0;  // the slot that losses are added to
  // Where somebody looks at a step, what its layers give is left behind, (B, out) by layer: y, and z where
  // that is not null. Empty: nobody does. Changes are left as arenas.changes says.
  std::vector<float*> y, z;
};

}  // namespace cajal
