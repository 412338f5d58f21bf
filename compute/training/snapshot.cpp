#include "compute/training/snapshot.h"

namespace cajal {
namespace {

const Examples& partOf(const DataSet& data, Part part) {
  switch (part) {
    case Part::training: return data.training;
    case Part::validation: return data.validation;
    case Part::test: break;
  }
  return data.test;
}

}  // namespace

Snapshot takeSnapshot(Trainer& trainer, const ViewRequest& view) {
  const Examples& examples = partOf(trainer.data(), view.part);
  trainer.showExample(view.part, view.example);
  if (view.health) trainer.requestHealth();
  trainer.keepChanges((view.arenas & arenaBit(ArenaKind::changes)) != 0);

  Snapshot snapshot;
  snapshot.facts = {trainer.stepsDone(),
                    trainer.epochsDone(),
                    trainer.hyperparameters(),
                    trainer.configuration().schedule,
                    trainer.followsSchedule(),
                    trainer.configuration().averageDecay,
                    trainer.effectiveBatchSize(),
                    view,
                    examples.labels.empty() ? std::size_t{0} : examples.labels[view.example % examples.count],
                    view.health ? trainer.health() : nullptr};
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    snapshot.arenas[kind] = trainer.network().arena(static_cast<ArenaKind>(kind));
    snapshot.arenaFloats[kind] = trainer.network().arenaFloats(static_cast<ArenaKind>(kind));
  }
  return snapshot;
}

}  // namespace cajal
