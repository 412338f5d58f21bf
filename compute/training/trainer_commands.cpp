// Trainer, continued: what commands do.
#include <fmt/format.h>

#include <algorithm>

#include "compute/training/trainer.h"
#include "engine/base/error.h"

namespace cajal {

LoggedCommand Trainer::apply(const Command& command) {
  LoggedCommand applied{m_state.steps, command, {}};
  if (command.name == kReset) {
    const std::uint64_t resets = m_state.resets + 1;
    reset();
    m_state.resets = resets;
  } else {
    const Setting<TrainingSettings>* const row = findSetting(trainingSettings(), command.name);
    if (!row) throw Error(ExitCode::usage, fmt::format("{}: no such setting of a training", command.name));
    const TrainingSettings before = m_configuration;
    row->write(m_configuration, row->fitted(command.value));
    m_configuration.batchSize = std::min(m_configuration.batchSize, m_data.training.count);
    applied.command.name = row->key();
    applied.command.value = row->read(m_configuration);
    applied.before = differences<TrainingSettings>(trainingSettings(), before, m_configuration);
    followSettings(before);
  }
  // Only a command that was applied: a refused one changes nothing.
  if (!m_run.haltedReason.empty()) restartClock();
  m_run.haltedReason.clear();
  noteCommand({applied.step, {applied.command.name, applied.command.value}, {}});
  return applied;
}

// What has to be made anew where a setting has changed. The rules themselves are read before each step.
void Trainer::followSettings(const TrainingSettings& before) {
  const TrainingSettings& now = m_configuration;
  const auto isMeasured = [](const TrainingSettings& s) {
    return s.onNotFinite != NotFinite::pass || s.hyperparameters.clipNorm > 0;
  };
  if (isMeasured(now) != isMeasured(before)) m_run.stepShape = 0;
  if (now.averageDecay != before.averageDecay) makeAverage();
  if (now.schedule != before.schedule) m_state.plateau = {};
  const bool hasNewRule = now.hyperparameters.rule != before.hyperparameters.rule;
  if (hasNewRule || now.batchSize != before.batchSize) fitWorkspace();
  if (!hasNewRule) return;
  // Another rule reads the moments in another way: it starts from zero ones. The weights stay.
  for (const ArenaKind kind : {ArenaKind::firstMoments, ArenaKind::secondMoments})
    m_backend.fillZero(m_network.arena(kind), m_network.arenaFloats(kind));
  setClock({});
}

}  // namespace cajal
