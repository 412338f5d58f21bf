// Trainer, continued: steps. What changes from one to the next stands in the backend's memory, so that a
// backend may capture a step and do it again; the host counts along.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "compute/training/trainer.h"

namespace cajal {

StepRules Trainer::rules() const {
  StepRules rules;
  rules.hyperparameters = m_configuration.hyperparameters;
  rules.schedule = m_configuration.schedule;
  rules.followsSchedule = m_configuration.followsSchedule;
  rules.plateauFactor = m_state.plateau.factor;
  rules.onNotFinite = m_configuration.onNotFinite;
  rules.examplesPerStep = effectiveBatchSize();
  // The rate of the last step is of no use to a schedule: left out, so that the rules stay the same.
  if (rules.followsSchedule) rules.hyperparameters.learningRate = rules.schedule.rate;
  return rules;
}

void Trainer::followRules() {
  const StepRules rules = this->rules();
  if (m_rulesSet == rules) return;
  m_backend.setRules(rules, stepState());
  m_rulesSet = rules;
}

// To where m_state stands.
void Trainer::setClock(const UpdateCount& updates) {
  followRules();
  StepClock clock;
  clock.steps = m_state.steps;
  clock.cursor = m_state.cursor;
  clock.updates = updates;
  m_backend.setClock(clock, stepState());
}

// After a halt; where it stands is the backend's to know.
void Trainer::restartClock() {
  StepClock clock = m_backend.readClock(stepState());
  clock.haltedAfter = 0;
  m_backend.setClock(clock, stepState());
}

void Trainer::advance(std::uint64_t steps, const std::function<void()>& beforeSharedWrites) {
  m_data.training.waitUntilReady();
  // A first one that may have to wait is no step like the others, and what is done but once need not be
  // remembered.
  for (bool isFirst = true; steps > 0 && m_haltedReason.empty(); isFirst = false) {
    followRules();
    const std::uint64_t run = (isFirst && beforeSharedWrites) || m_wantsHealth || m_training.onHost
                                  ? 1
                                  : std::min(steps, stepsUntilPoint());
    if (run == 1) {
      stepAlone(isFirst ? beforeSharedWrites : std::function<void()>{});
    } else {
      repeatStep(run);
    }
    steps -= run;
  }
}

bool Trainer::hasPointAt(std::uint64_t step) const {
  const std::uint64_t every = m_configuration.metricsEvery;
  return step % every == 0 || (step < every && std::has_single_bit(step));
}

// At most as many as anybody enqueues at once.
std::uint64_t Trainer::stepsUntilPoint() const {
  constexpr std::uint64_t kMost = 4096;
  std::uint64_t steps = 1;
  while (steps < kMost && !hasPointAt(m_state.steps + steps)) ++steps;
  return steps;
}

void Trainer::stepAlone(const std::function<void()>& beforeSharedWrites) {
  const bool isLookedAt = std::exchange(m_wantsHealth, false);
  const bool keepsChanges = isLookedAt || m_keepsChanges;
  if (!advanceDense(1, keepsChanges, isLookedAt, beforeSharedWrites))
    enqueueStep(keepsChanges, beforeSharedWrites);
  noteSteps(1);
  if (isLookedAt) measureHealth();
  haltIfBlocked();
  noteMetrics();
}

void Trainer::repeatStep(std::uint64_t times) {
  if (!advanceDense(times, m_keepsChanges, false, {})) {
    if (m_stepShape == 0) m_stepShape = m_backend.nextStepShape();
    m_backend.repeat(m_stepShape, times, [this] { enqueueStep(m_keepsChanges, {}); });
  }
  noteSteps(times);
  haltIfBlocked();
  noteMetrics();
}

// Of dense layers alone many steps may be one operation of a GPU. False, and nothing is done, where they are
// not.
bool Trainer::advanceDense(std::uint64_t times, bool keepsChanges, bool keepsOutputs,
                           const std::function<void()>& beforeSharedWrites) {
  if (m_denseLayers.empty() || m_backend.isHostMemory() || effectiveBatchSize() > m_workspace.capacity)
    return false;
  DenseTraining training;
  training.layers = m_denseLayers;
  training.head = m_configuration.network.head;
  training.examples = &m_training;
  training.seed = m_configuration.seed;
  training.batch = effectiveBatchSize();
  training.state = stepState();
  training.arenas = updateArenas(keepsChanges ? m_network.arena(ArenaKind::changes) : nullptr);
  training.gradients = m_network.arena(ArenaKind::gradients);
  training.isMeasured = isUpdateMeasured();
  training.average = m_average.get();
  training.averageDecay = m_configuration.averageDecay;
  training.statistics = kTrainingSlot;
  if (keepsOutputs) {
    training.y.assign(m_workspace.outputs.begin() + 1, m_workspace.outputs.end());
    training.z.assign(m_workspace.z.begin() + 1, m_workspace.z.end());
  }
  return m_backend.advanceDense(training, times, beforeSharedWrites);
}

// Operations alone, which read what changes from step to step where they run: may be captured.
void Trainer::enqueueStep(bool keepsChanges, const std::function<void()>& beforeSharedWrites) {
  accumulateGradients(beforeSharedWrites);
  updateParameters(clearedChanges(keepsChanges));
  m_backend.tick(stepState());
}

void Trainer::accumulateGradients(const std::function<void()>& beforeSharedWrites) {
  const std::size_t examples = effectiveBatchSize(), last = m_network.layers().size();
  const float inverseBatch = 1.0f / static_cast<float>(examples);
  Pass pass = this->pass(true);
  for (std::size_t done = 0; done < examples; done += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, examples - done);
    pass.accumulate = done > 0;
    pass.mask.firstRow = static_cast<std::uint32_t>(done);
    const BatchSelection selection = batch(done, rows);
    if (m_prefetcher) m_prefetcher->expect(firstExample(selection), rows);
    m_backend.gather(m_training, selection, m_workspace.output(0, rows), m_targets);
    m_network.forward(pass, m_workspace, rows);
    const Matrix dLoss_dZ = m_workspace.gradient(last, rows);
    m_backend.head(m_configuration.network.head, m_workspace.output(last, rows), m_targets, &dLoss_dZ,
                   inverseBatch, kTrainingSlot);
    if (beforeSharedWrites && done == 0) beforeSharedWrites();
    m_network.backward(pass, m_workspace, rows);
  }
}

// `rows` examples of the step at hand, behind the `done` first. Where they are read by the host, it must say
// itself where the clock stands.
BatchSelection Trainer::batch(std::size_t done, std::size_t rows) const {
  if (m_training.onHost) return {m_configuration.seed, m_state.cursor + done, rows};
  return {m_configuration.seed, done, rows, true, stepState()};
}

bool Trainer::isUpdateMeasured() const {
  return m_configuration.onNotFinite != NotFinite::pass || m_configuration.hyperparameters.clipNorm > 0;
}

UpdateArenas Trainer::updateArenas(float* changes) const {
  return {m_network.arena(ArenaKind::parameters),
          m_network.arena(ArenaKind::gradients),
          m_network.arena(ArenaKind::firstMoments),
          m_network.arena(ArenaKind::secondMoments),
          m_network.arenaFloats(ArenaKind::parameters),
          m_network.weightFloats(),
          changes};
}

void Trainer::updateParameters(float* changes) {
  const UpdateArenas arenas = updateArenas(changes);
  m_backend.update(stepState(), arenas, isUpdateMeasured());
  if (!m_average) return;
  m_backend.moveAverage(stepState(), arenas.parameters, m_configuration.averageDecay, m_average.get(),
                        arenas.count);
}

// Without asking the backend: what it does from step to step is known.
void Trainer::noteSteps(std::uint64_t steps) {
  m_state.steps += steps;
  m_state.cursor += steps * effectiveBatchSize();
  m_configuration.hyperparameters.learningRate = learningRateOf(*m_rulesSet, m_state.steps - 1);
}

Pass Trainer::pass(bool isTraining) const {
  return {m_backend, isTraining, false, {.seed = m_configuration.seed, .state = stepState()}};
}

void Trainer::keepChanges(bool keeps) {
  if (keeps != m_keepsChanges) m_stepShape = 0;
  m_keepsChanges = keeps;
}

// Zero: what is not updated does not change. Null where nobody wants to know.
float* Trainer::clearedChanges(bool areWanted) {
  if (!areWanted) return nullptr;
  float* const changes = m_network.arena(ArenaKind::changes);
  m_backend.fillZero(changes, m_network.arenaFloats(ArenaKind::changes));
  return changes;
}

// Of the last chunk of the batch, which still stands in the workspace.
void Trainer::measureHealth() {
  const std::size_t batch = effectiveBatchSize(), capacity = m_workspace.capacity;
  const std::size_t rows = (batch - 1) % capacity + 1;
  health();  // makes room for another answer
  if (m_backend.takeSummaries(healthRanges(m_network, m_network.arena(ArenaKind::changes)),
                              healthUnits(m_network, m_workspace, rows))) {
    m_healthStep = m_state.steps;
  }
}

std::shared_ptr<const Health> Trainer::health() {
  if (const std::optional<Summaries> summaries = m_backend.pollSummaries()) {
    m_health = std::make_shared<const Health>(readHealth(m_network, *summaries, m_healthStep));
  }
  return m_health;
}

void Trainer::haltIfBlocked() {
  if (m_configuration.onNotFinite == NotFinite::pass) return;
  const std::uint64_t blocked = m_backend.blockedUpdates();
  if (blocked == m_blockedSeen) return;
  m_blockedSeen = blocked;
  if (m_configuration.onNotFinite != NotFinite::stop) return;
  // Steps that were enqueued behind it have changed nothing: they were not.
  const StepClock clock = m_backend.readClock(stepState());
  m_state.steps = clock.steps;
  m_state.cursor = clock.cursor;
  m_configuration.hyperparameters.learningRate = learningRateOf(*m_rulesSet, m_state.steps - 1);
  for (std::uint64_t& step : m_metricSteps) step = step > m_state.steps ? kNoPoint : step;
  m_haltedReason = fmt::format(
      "step {}: a gradient is infinite or not a number; the weights are as they were before it. Lower the "
      "learning rate (it is {:g}), clip the gradients, or reset",
      m_state.steps, m_configuration.hyperparameters.learningRate);
}

}  // namespace cajal
