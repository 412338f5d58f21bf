#pragma once
// Step control: the rules that steps follow and the clock that they advance. Both stand in the backend's
// memory, where steps read them, so that a backend may capture a step and do it again. The host counts along,
// because what a step does to the clock is known.

#include <cstdint>
#include <optional>

#include "compute/core/backend.h"
#include "compute/training/training_settings.h"

namespace cajal {

// What steps of `batch` examples are to do under these settings.
StepRules rulesOf(const TrainingSettings& settings, const PlateauState& plateau, std::size_t batch);

class StepControl {
 public:
  // Keeps a reference. Rules must be followed before the first step.
  explicit StepControl(Backend& backend) : m_backend(backend), m_memory(backend.allocate(kStepStateFloats)) {}

  // In the backend's memory.
  StepState* state() const { return reinterpret_cast<StepState*>(m_memory.get()); }
  // The host's count: what is done once everything that was enqueued is done.
  std::uint64_t steps() const { return m_steps; }
  std::uint64_t cursor() const { return m_cursor; }  // examples drawn
  // Of the last step that was counted.
  float learningRate() const { return learningRateOf(*m_rules, m_steps - 1); }

  // From the next step on. Costs nothing where these rules are followed already.
  void follow(const StepRules& rules);
  void setClock(std::uint64_t steps, std::uint64_t cursor, const UpdateCount& updates);
  // So many steps were enqueued.
  void count(std::uint64_t steps);

  // The following ones wait for the backend.
  UpdateCount updates() const { return m_backend.readClock(state()).updates; }
  // Steps that were enqueued behind a halt have changed nothing: they are not counted any more.
  void uncountHalted();
  void endHalt();

 private:
  Backend& m_backend;
  ArenaMemory m_memory;
  std::optional<StepRules> m_rules;  // as they stand in the backend's memory
  std::uint64_t m_steps = 0, m_cursor = 0;
};

}  // namespace cajal
