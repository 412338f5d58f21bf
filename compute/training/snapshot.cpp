#include "compute/training/snapshot.h"

namespace cajal {

Snapshot takeSnapshot(Trainer& trainer, const ViewRequest& view) {
  const Examples& examples = view.part == Part::training ? trainer.data().training : trainer.data().test;
  trainer.showExample(view.part, view.example);

  Snapshot snapshot;
  snapshot.facts = {trainer.stepsDone(),
                    trainer.epochsDone(),
                    trainer.hyperparameters(),
                    trainer.effectiveBatchSize(),
                    view,
                    examples.count ? examples.labels[view.example % examples.count] : std::size_t{0}};
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    snapshot.arenas[kind] = trainer.network().arena(static_cast<ArenaKind>(kind));
    snapshot.arenaFloats[kind] = trainer.network().arenaFloats(static_cast<ArenaKind>(kind));
  }
  return snapshot;
}

}  // namespace cajal
