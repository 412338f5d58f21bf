#pragma once
// From options to something that can train: data set, backend, trainer.

#include <memory>

#include "compute/core/backend.h"
#include "compute/training/trainer.h"
#include "viewer/actions/options.h"
#include "viewer/world/state.h"

namespace cajal {

// Data and backend outlive the trainer that is made from them.
struct TrainingSetup {
  std::shared_ptr<const DataSet> data;  // lanes share it
  std::unique_ptr<Backend> backend;
  TrainingConfiguration configuration;
  std::string backendReason;  // why this backend: "no GPU: …"

  // `arenas` may be empty: the backend allocates then. Loads the parameters of --model, if there is one.
  std::unique_ptr<Trainer> makeTrainer(const Options& options, const ArenaSource& arenas) const;
};

// Loads the data, unless it is there already, and chooses the backend. Throws Error with the flag or file and
// what to do.
TrainingSetup prepareTraining(const Options& options, std::shared_ptr<const DataSet> data = nullptr);

// A network that fits the data, for when the user names none.
NetworkSpec usualNetwork(const DataSet& data);

StaticState describeTraining(const TrainingSetup& setup, const Subject& subject);

// Copies the parameters of a safetensors file into the trainer. Throws Error(badInput) where they do not fit.
void loadModel(const std::filesystem::path& path, Trainer& trainer);
// Writes the parameters, with step, seed and network in the metadata.
void saveModel(const std::filesystem::path& path, Trainer& trainer);

}  // namespace cajal
