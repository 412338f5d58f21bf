#pragma once
// The source of a training in this process: the one place that asks "CPU or CUDA?".

#include <memory>

#include "viewer/sources/source.h"

namespace cajal {

class Stage;
class StepTurns;
struct Options;
struct TrainingSetup;

// Makes the trainer, with its arenas where both sides can use them best, and the source that owns it; it can
// be steered. Changes the backend of `setup` where another GPU is drawn on, or none that CUDA can share
// memory with. `turns`: of the trainings that share the processor's cores, or null; it outlives the source.
std::unique_ptr<Source> makeLiveSource(Stage& stage, TrainingSetup& setup, const Options& options,
                                       StepTurns* turns = nullptr);

}  // namespace cajal
