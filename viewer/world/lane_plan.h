#pragma once
// Lanes as the user asks for them: what each --lane means, as the options of a run of its own.
//
//   lr=0.01               the same run with one setting of the training changed
//   optimizer=sgd,lr=0.1  with several
//   runs/first            the newest weights of a kept run, which stand still
//   old.safetensors       the weights in a file, likewise

#include <string>
#include <vector>

#include "compute/training/curve_meter.h"
#include "viewer/actions/options.h"
#include "viewer/sources/training_setup.h"

namespace cajal {

struct LanePlan {
  LaneNumber number = 1;
  std::string name;       // as it stands beside the network and in files: "lr=0.01", "runs/first"
  bool isTrained = true;  // false: weights from a file, that stand still
  bool isOneOfSeveral = false;
  Options options;              // of a run of its own
  TrainingSetup setup;          // of these
  std::vector<Metrics> curves;  // of a kept run, as far as it is known
};

// All lanes, the first of them the run of `options` itself, ready to be trained on the same data. Where a run
// goes on or is trained again, a lane whose file is gone is left out, and that is logged. Throws Error(usage)
// for a setting that no lane can change or a value that is wrong, Error(badInput) or Error(inputOutput) for
// files; each names the lane.
std::vector<LanePlan> prepareLanes(const Options& options);

}  // namespace cajal
