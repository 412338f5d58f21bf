#include "compute/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/error.h"

namespace cajal {
namespace {

void checkFit(const NetworkDescription& network, const DataSet& data) {
  const std::size_t inputs = network.spec.input.count();
  const std::size_t outputs = makeLayers(network.spec, network.hidden).back()->output().count();
  const std::size_t wanted = data.outputs > 0 ? data.outputs : data.classes;
  const bool isOneForTwo = data.classes == 2 && outputs == 1;
  if (inputs == data.features && (outputs == wanted || isOneForTwo)) return;
  throw Error(ExitCode::badInput,
              fmt::format("--net {}: does not fit --data {}, whose examples have {} values and {} {}; try "
                          "--net {}-…-{}",
                          toString(network.spec), data.name, data.features, wanted,
                          data.outputs > 0 ? "numbers to predict" : "classes", data.features, wanted));
}

bool isPartOfState(const TensorView& tensor) {
  return tensor.arena == ArenaKind::parameters || tensor.arena == ArenaKind::firstMoments ||
         tensor.arena == ArenaKind::secondMoments;
}

bool isMeasured(const TrainingSettings& settings) {
  return settings.onNotFinite != NotFinite::pass || settings.hyperparameters.clipNorm > 0;
}

}  // namespace

Trainer::Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
                 const ArenaSource& arenas)
    : m_configuration((checkFit(configuration.network, data), configuration)),
      m_backend(backend),
      m_network(configuration.network, backend, arenas),
      m_feed(data, backend, configuration.seed),
      m_control(backend),
      m_average(backend, m_network),
      m_stepper(backend, m_network, m_feed, m_control, m_average),
      m_probe(backend, m_network, m_feed, m_average, m_stepper.workspace()) {
  m_configuration.schedule.rate = m_configuration.hyperparameters.learningRate;
  reset();
}

// With the settings as they are now.
void Trainer::reset() {
  m_network.initialize(m_backend, m_configuration.seed);
  TrainerState start;
  start.settings = m_configuration;
  start.commands = m_run.commands;
  begin(start, {});
}

// Every run begins here: a new one, one after a reset, and one that goes on from a copied state. Parameters
// and moments have been set already.
void Trainer::begin(const TrainerState& state, const Statistics& sums) {
  m_backend.finish();
  while (m_backend.pollStatistics()) {
  }
  m_backend.pollSummaries();
  m_run = {};
  m_run.resets = state.resets;
  m_run.plateau = state.plateau;
  m_run.commands = state.commands;
  m_run.blockedSeen = m_backend.blockedUpdates();
  static_cast<TrainingSettings&>(m_configuration) = state.settings;
  m_configuration.batchSize = std::clamp<std::size_t>(state.settings.batchSize, 1, data().training.count);
  followRules();
  m_control.setClock(state.steps, state.cursor, state.updateCount);
  m_stepper.makeRoom(effectiveBatchSize());
  m_average.begin(m_configuration.averageDecay);
  for (const ArenaKind kind : {ArenaKind::gradients, ArenaKind::changes})
    m_backend.fillZero(m_network.arena(kind), m_network.arenaFloats(kind));
  m_backend.writeStatistics(Telemetry::kTrainingSlot, sums);
  m_backend.writeStatistics(Telemetry::kTestSlot, {});
}

std::size_t Trainer::effectiveBatchSize() const {
  const bool isWhole = m_configuration.hyperparameters.rule == UpdateRule::gradientDescent;
  return isWhole ? data().training.count : m_configuration.batchSize;
}

double Trainer::epochsDone() const {
  return static_cast<double>(m_control.cursor()) / static_cast<double>(data().training.count);
}

std::size_t Trainer::neededBytes() const {
  std::size_t floats = m_probe.planeFloats();
  floats += m_stepper.workspace().capacity * workspaceFloats(m_network.layers());
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind)
    floats += m_network.arenaFloats(static_cast<ArenaKind>(kind));
  return floats * sizeof(float);
}

// ---- steps ----

void Trainer::advance(std::uint64_t steps, const std::function<void()>& beforeSharedWrites) {
  data().training.waitUntilReady();
  // A first one that may have to wait is no step like the others.
  for (bool isFirst = true; steps > 0 && m_run.haltedReason.empty(); isFirst = false) {
    followRules();
    const std::uint64_t run = stepsAtOnce(steps, !(isFirst && beforeSharedWrites));
    const bool isLookedAt = std::exchange(m_wantsHealth, false);
    const StepKind kind{effectiveBatchSize(), isMeasured(m_configuration), isLookedAt || m_keepsChanges};
    // What is done but once need not be remembered.
    if (run == 1)
      m_stepper.step(kind, isLookedAt, isFirst ? beforeSharedWrites : std::function<void()>{});
    else
      m_stepper.repeat(kind, run);
    m_control.count(run);
    m_configuration.hyperparameters.learningRate = m_control.learningRate();
    if (isLookedAt)
      m_run.health.measure(m_backend, m_network, m_stepper.workspace(), m_stepper.lastChunk(kind.batch),
                           stepsDone());
    haltIfBlocked();
    noteMetrics();
    steps -= run;
  }
}

// Up to the next point of the curves; one where the step is looked at or read by the host.
std::uint64_t Trainer::stepsAtOnce(std::uint64_t steps, bool mayRepeat) const {
  if (!mayRepeat || m_wantsHealth || m_feed.isReadByHost()) return 1;
  return std::min(steps, stepsUntilCurvePoint(stepsDone(), m_configuration.metricsEvery));
}

void Trainer::followRules() {
  m_control.follow(rulesOf(m_configuration, m_run.plateau, effectiveBatchSize()));
}

void Trainer::haltIfBlocked() {
  if (m_configuration.onNotFinite == NotFinite::pass) return;
  const std::uint64_t blocked = m_backend.blockedUpdates();
  if (std::exchange(m_run.blockedSeen, blocked) == blocked) return;
  if (m_configuration.onNotFinite != NotFinite::stop) return;
  m_control.uncountHalted();
  m_configuration.hyperparameters.learningRate = m_control.learningRate();
  m_run.curves.cancelAfter(stepsDone());
  m_run.haltedReason = fmt::format(
      "step {}: a gradient is infinite or not a number; the weights are as they were before it. Lower the "
      "learning rate (it is {:g}), clip the gradients, or reset",
      stepsDone(), m_configuration.hyperparameters.learningRate);
}

// ---- commands ----

LoggedCommand Trainer::apply(const Command& command) {
  LoggedCommand applied{stepsDone(), command, {}};
  if (command.name == kReset) {
    const std::uint64_t resets = m_run.resets + 1;
    reset();
    m_run.resets = resets;
  } else {
    const Setting<TrainingSettings>* const setting = findSetting(trainingSettings(), command.name);
    if (!setting)
      throw Error(ExitCode::usage, fmt::format("{}: no such setting of a training", command.name));
    change(*setting, applied);
  }
  // Only a command that was applied: a refused one changes nothing.
  if (!m_run.haltedReason.empty()) m_control.endHalt();
  m_run.haltedReason.clear();
  note({applied.step, {applied.command.name, applied.command.value}, {}}, m_run.commands);
  return applied;
}

void Trainer::change(const Setting<TrainingSettings>& setting, LoggedCommand& applied) {
  const TrainingSettings before = m_configuration;
  setting.write(m_configuration, setting.fitted(applied.command.value));
  m_configuration.batchSize = std::min(m_configuration.batchSize, data().training.count);
  applied.command.name = setting.key();
  applied.command.value = setting.read(m_configuration);
  applied.before = differences<TrainingSettings>(trainingSettings(), before, m_configuration);
  followSettings(before);
}

// What has to be made anew where a setting has changed. The rules themselves are read before each step.
void Trainer::followSettings(const TrainingSettings& before) {
  m_average.follow(m_configuration.averageDecay);
  if (m_configuration.schedule != before.schedule) m_run.plateau = {};
  m_stepper.makeRoom(effectiveBatchSize());
  if (m_configuration.hyperparameters.rule == before.hyperparameters.rule) return;
  // Another rule reads the moments in another way: it starts from zero ones. The weights stay.
  for (const ArenaKind kind : {ArenaKind::firstMoments, ArenaKind::secondMoments})
    m_backend.fillZero(m_network.arena(kind), m_network.arenaFloats(kind));
  followRules();
  m_control.setClock(stepsDone(), m_control.cursor(), {});
}

// ---- curves ----

Statistics Trainer::evaluate(Part part, std::size_t count) {
  collectStatistics(true);
  m_probe.judge(part, count, Telemetry::kTestSlot);
  m_backend.takeStatistics(Telemetry::kTestSlot);
  m_backend.finish();
  return m_backend.pollStatistics().value_or(Statistics{});
}

void Trainer::noteMetrics() {
  if (!isCurvePoint(stepsDone(), m_configuration.metricsEvery)) return;
  m_probe.judge(curvePart(data()), m_configuration.metricsTestExamples, Telemetry::kTestSlot);
  m_run.curves.take(m_backend, stepsDone());
  // A plateau's next rate depends on this point: it is waited for, so that the run is the same every time.
  if (m_configuration.schedule.kind == ScheduleKind::plateau) collectStatistics(true);
}

void Trainer::collectStatistics(bool wait) {
  if (wait) m_backend.finish();
  m_run.curves.collect(m_backend, [this](const Metrics& point) {
    if (m_configuration.schedule.kind == ScheduleKind::plateau)
      m_run.plateau = observed(m_configuration.schedule, m_run.plateau, point.testLoss);
  });
}

std::vector<Metrics> Trainer::takeMetrics() {
  collectStatistics(false);
  return m_run.curves.points();
}

// ---- to and from host memory ----

std::vector<float> Trainer::readTensor(const TensorView& tensor) {
  std::vector<float> values(tensor.shape.count());
  m_backend.read(m_network.arena(tensor.arena) + tensor.offset, values.data(), values.size());
  return values;
}

void Trainer::writeTensor(const TensorView& tensor, const std::vector<float>& values) {
  require(values.size() == tensor.shape.count(), "writeTensor: another number of values than the tensor has");
  m_backend.write(m_network.arena(tensor.arena) + tensor.offset, values.data(), values.size());
}

TrainerState Trainer::counters() const {
  return {m_configuration,     m_control.steps(), m_control.cursor(), m_run.resets,
          m_control.updates(), m_run.plateau,     m_run.commands};
}

TrainingState Trainer::state() {
  collectStatistics(true);  // sums that are on their way belong to points that are finished
  TrainingState state;
  state.seed = m_configuration.seed;
  state.network = toString(m_configuration.network.spec);
  state.data = data().name;
  state.counters = counters();
  state.sums = m_backend.readStatistics(Telemetry::kTrainingSlot);
  for (const TensorView& tensor : m_network.tensors())
    if (isPartOfState(tensor)) state.tensors.push_back({tensor, readTensor(tensor)});
  state.average = readAverage();
  return state;
}

void Trainer::restore(const TrainingState& state) {
  for (const TensorView& tensor : m_network.tensors()) {
    if (!isPartOfState(tensor)) continue;
    const auto found =
        std::find_if(state.tensors.begin(), state.tensors.end(),
                     [&](const TensorValues& saved) { return saved.tensor.name == tensor.name; });
    require(found != state.tensors.end(), "restore: a state of another network");
    writeTensor(tensor, found->values);
  }
  begin(state.counters, state.sums);
  m_average.write(state.average);
}

}  // namespace cajal
