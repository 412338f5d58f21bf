#pragma once
// A single update with given settings, as a training sets them for its steps.

#include "compute/core/backend.h"

namespace cajal::test {

// The state that a backend's operations read, alone.
class PlacedState {
 public:
  explicit PlacedState(Backend& backend) : m_memory(backend.allocate(kStepStateFloats)) {}
  StepState* get() const { return reinterpret_cast<StepState*>(m_memory.get()); }

 private:
  ArenaMemory m_memory;
};

inline void updateOnce(Backend& backend, const Hyperparameters& hyperparameters, const UpdateCount& count,
                       const UpdateArenas& arenas, bool blocksNotFinite) {
  const PlacedState state(backend);
  StepRules rules;
  rules.hyperparameters = hyperparameters;
  rules.onNotFinite = blocksNotFinite ? NotFinite::skip : NotFinite::pass;
  StepClock clock;
  clock.updates = count;
  backend.setRules(rules, state.get());
  backend.setClock(clock, state.get());
  backend.update(state.get(), arenas, blocksNotFinite || hyperparameters.clipNorm > 0);
  backend.finish();
}

}  // namespace cajal::test
