#include "compute/training/steering/snapshot.h"

namespace cajal {
namespace {

LookFacts look(Trainer& trainer, const ViewRequest& view) {
  switch (view.looks) {
    case Looks::examples: return trainer.lookAtExamples(view.part, trainer.network().looksCapacity());
    case Looks::plane: return trainer.lookAtPlane();
    case Looks::none: break;
  }
  return {};
}

std::vector<ArenaPiece> filledLooks(const Network& network, std::size_t rows) {
  std::vector<ArenaPiece> filled;
  for (const TensorView& tensor : network.tensors()) {
    if (tensor.arena != ArenaKind::looks || rows == 0) continue;
    filled.push_back({tensor.offset, tensor.shape.count() / network.looksCapacity() * rows});
  }
  return filled;
}

}  // namespace

std::vector<ArenaPiece> Snapshot::pieces(ArenaKind kind) const {
  if (kind == ArenaKind::looks) return filledLooks;
  return {{0, arenaFloats[static_cast<std::size_t>(kind)]}};
}

Snapshot takeSnapshot(Trainer& trainer, const ViewRequest& view) {
  const Examples& examples = partOf(trainer.data(), view.part);
  trainer.showExample(view.part, view.example);
  if (view.health) trainer.requestHealth();
  trainer.keepChanges((view.arenas & arenaBit(ArenaKind::changes)) != 0);

  Snapshot snapshot;
  SnapshotFacts& facts = snapshot.facts;
  static_cast<TrainingSettings&>(facts) = trainer.configuration();
  facts.step = trainer.stepsDone();
  facts.resets = trainer.resets();
  facts.epochs = trainer.epochsDone();
  facts.view = view;
  facts.label = examples.labels.empty() ? std::size_t{0} : examples.labels[view.example % examples.count];
  facts.health = view.health ? trainer.health() : nullptr;
  facts.looks = look(trainer, view);
  snapshot.filledLooks = filledLooks(trainer.network(), facts.looks.count);
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    snapshot.arenas[kind] = trainer.network().arena(static_cast<ArenaKind>(kind));
    snapshot.arenaFloats[kind] = trainer.network().arenaFloats(static_cast<ArenaKind>(kind));
  }
  return snapshot;
}

}  // namespace cajal
