// Trainer, continued: what commands do.
#include <algorithm>
#include <cmath>

#include "compute/training/trainer.h"

namespace cajal {
namespace {

// Brings the command's value into range, for whoever uses it and for the log.
double clamped(Command& command, double low, double high) {
  command.value = std::isfinite(command.value) ? std::clamp(command.value, low, high) : low;
  return command.value;
}

float clampedFloat(Command& command, double low, double high) {
  return static_cast<float>(clamped(command, low, high));
}

// For values that count: the whole part is what is applied, and what is logged.
std::uint64_t clampedWhole(Command& command, double low, double high) {
  command.value = std::floor(clamped(command, low, high));
  return static_cast<std::uint64_t>(command.value);
}

}  // namespace

Command Trainer::apply(const Command& command) {
  if (!m_haltedReason.empty()) restartClock();
  m_haltedReason.clear();
  Hyperparameters& h = m_configuration.hyperparameters;
  Schedule& schedule = m_configuration.schedule;
  Command applied = command;
  const std::uint64_t step = m_state.steps;
  switch (command.kind) {
    case CommandKind::setLearningRate:
      h.learningRate = clampedFloat(applied, 0, 1e6);
      // A constant schedule is nothing but a rate; any other steps aside until it is asked back.
      if (schedule.kind == ScheduleKind::constant && schedule.warmup == 0) {
        schedule.rate = h.learningRate;
      } else {
        m_state.followsSchedule = false;
      }
      break;
    case CommandKind::setMomentum: h.momentum = clampedFloat(applied, 0, 0.99999); break;
    case CommandKind::setBeta2: h.beta2 = clampedFloat(applied, 0, 0.999999); break;
    case CommandKind::setWeightDecay: h.weightDecay = clampedFloat(applied, 0, 1e3); break;
    case CommandKind::setL1: h.l1 = clampedFloat(applied, 0, 1e3); break;
    case CommandKind::setClipNorm:
      h.clipNorm = clampedFloat(applied, 0, 1e9);
      m_stepShape = 0;  // the norm may have to be measured from now on
      break;
    case CommandKind::setClipValue: h.clipValue = clampedFloat(applied, 0, 1e9); break;
    case CommandKind::setDecoupledDecay: h.decoupledDecay = clampedWhole(applied, 0, 1) == 1; break;
    case CommandKind::setBatchSize:
      m_configuration.batchSize = clampedWhole(applied, 1, static_cast<double>(m_data.training.count));
      fitWorkspace();
      break;
    case CommandKind::setOptimizer:
      h.rule = static_cast<UpdateRule>(clampedWhole(applied, 0, kUpdateRules - 1));
      // Another rule reads the moments in another way: it starts from zero ones. The weights stay.
      for (const ArenaKind kind : {ArenaKind::firstMoments, ArenaKind::secondMoments}) {
        m_backend.fillZero(m_network.arena(kind), m_network.arenaFloats(kind));
      }
      fitWorkspace();
      setClock({});
      break;
    case CommandKind::setAverageDecay:
      m_configuration.averageDecay = clampedFloat(applied, 0, 0.999999);
      makeAverage();
      break;
    case CommandKind::setSchedule:
      schedule.kind = static_cast<ScheduleKind>(clampedWhole(applied, 0, kSchedules - 1));
      schedule.rate = std::max(schedule.rate, h.learningRate);
      m_state.plateau = {};
      m_state.followsSchedule = true;
      break;
    case CommandKind::followSchedule: m_state.followsSchedule = true; break;
    case CommandKind::reset: reset(); break;
  }
  m_state.commands.push_back({step, applied});
  return applied;
}

}  // namespace cajal
