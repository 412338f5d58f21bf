#pragma once
// Which bridge: the one place that asks "CPU or CUDA?".

#include <memory>

#include "viewer/bridge/bridge.h"

namespace cajal {

class Stage;
struct Options;
struct TrainingSetup;

// Makes the trainer, with its arenas where both sides can use them best, and the bridge that owns it. Changes
// the backend of `setup` where another GPU is drawn on, or none that CUDA can share memory with.
std::unique_ptr<Bridge> makeBridge(Stage& stage, TrainingSetup& setup, const Options& options);

}  // namespace cajal
