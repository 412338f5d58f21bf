#pragma once
// Checkpoints: everything a run needs to go on as if it had never stopped. A safetensors file that other
// programs can read: parameters, moments, the moving average; the rest stands as JSON in its metadata.

#include <filesystem>

#include "compute/training/trainer.h"

namespace cajal {

// Any thread. Written under a temporary name, synced and renamed: whatever happens, the file is whole or the
// one before is still there. Throws Error(inputOutput).
void saveCheckpoint(const std::filesystem::path& path, const TrainingState& state);

// Into a trainer of the same network, seed and data: from here on the trainer does what the saved one did, to
// the last bit on the CPU backend, points of the curves included. Throws Error(badInput) where the file is
// damaged, is not a checkpoint, or belongs to another run; the trainer is then as it was.
void restoreCheckpoint(const std::filesystem::path& path, Trainer& trainer);

}  // namespace cajal
