#include "compute/training/step_control.h"

namespace cajal {

StepRules rulesOf(const TrainingSettings& settings, const PlateauState& plateau, std::size_t batch) {
  StepRules rules;
  rules.hyperparameters = settings.hyperparameters;
  rules.schedule = settings.schedule;
  rules.followsSchedule = settings.followsSchedule;
  rules.plateauFactor = plateau.factor;
  rules.onNotFinite = settings.onNotFinite;
  rules.examplesPerStep = batch;
  // The rate of the last step is of no use to a schedule: left out, so that the rules stay the same.
  if (rules.followsSchedule) rules.hyperparameters.learningRate = rules.schedule.rate;
  return rules;
}

void StepControl::follow(const StepRules& rules) {
  if (m_rules == rules) return;
  m_backend.setRules(rules, state());
  m_rules = rules;
}

void StepControl::setClock(std::uint64_t steps, std::uint64_t cursor, const UpdateCount& updates) {
  m_steps = steps;
  m_cursor = cursor;
  StepClock clock;
  clock.steps = steps;
  clock.cursor = cursor;
  clock.updates = updates;
  m_backend.setClock(clock, state());
}

void StepControl::count(std::uint64_t steps) {
  m_steps += steps;
  m_cursor += steps * m_rules->examplesPerStep;
}

void StepControl::uncountHalted() {
  const StepClock clock = m_backend.readClock(state());
  m_steps = clock.steps;
  m_cursor = clock.cursor;
}

void StepControl::endHalt() {
  StepClock clock = m_backend.readClock(state());
  clock.haltedAfter = 0;
  m_backend.setClock(clock, state());
}

}  // namespace cajal
