#pragma once
// A snapshot: what a training looks like between two steps. Facts by value, arenas borrowed.

#include <cstdint>
#include <vector>

#include "compute/core/tensor.h"
#include "compute/training/trainer.h"

namespace cajal {

// Which example is shown, and which arenas are going to be read (bit = ArenaKind).
struct ViewRequest {
  Part part = Part::test;
  std::size_t example = 0;
  std::uint32_t arenas = 1u << static_cast<std::uint32_t>(ArenaKind::parameters);
  bool health = false;        // the step after the snapshot is measured, for the next snapshot
  Looks looks = Looks::none;  // activations of many examples of the same part, or of the plane
  bool operator==(const ViewRequest&) const = default;
};

constexpr std::uint32_t arenaBit(ArenaKind kind) {
  return 1u << static_cast<std::uint32_t>(kind);
}

struct SnapshotFacts : TrainingSettings {
  std::uint64_t step = 0;
  std::uint64_t resets = 0;  // that were commanded so far: steps begin at 0 again behind each
  double epochs = 0;
  ViewRequest view;                      // the request that was answered
  std::size_t label = 0;                 // of the shown example
  std::shared_ptr<const Health> health;  // of one of the last steps, where it was asked for; else null
  LookFacts looks;
};

// So many floats of an arena.
struct ArenaPiece {
  std::size_t offset = 0, floats = 0;
};

struct Snapshot {
  SnapshotFacts facts;
  const float* arenas[kArenaKinds] = {};  // backend memory, valid until the next step
  std::size_t arenaFloats[kArenaKinds] = {};

  // The ranges to copy: the whole arena, except for looks: only their filled rows.
  std::vector<ArenaPiece> pieces(ArenaKind kind) const;
  std::vector<ArenaPiece> filledLooks;
};

// Runs the shown example through the network and says where the arenas are. On the training's thread, between
// two steps.
Snapshot takeSnapshot(Trainer& trainer, const ViewRequest& view);

}  // namespace cajal
