#include "compute/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/error.h"

namespace cajal {
namespace {

// Examples that are computed at once: as many as a megabyte or two of every layer, so that large images do
// not ask for gigabytes, but enough to keep every core's products full.
constexpr std::size_t kLargestChunk = 1024, kSmallestChunk = 64;
constexpr std::size_t kChunkFloats = 12 << 20;  // 48 MB

std::size_t chunkFor(const Network& network, std::size_t batch) {
  const std::size_t fitting = kChunkFloats / workspaceFloats(network.layers());
  const std::size_t chunk =
      std::clamp(fitting / kSmallestChunk * kSmallestChunk, kSmallestChunk, kLargestChunk);
  const auto isBatchNorm = [](const LayerSpec& spec) { return spec.kind == LayerKind::batchNorm; };
  const std::vector<LayerSpec>& layers = network.description().spec.layers;
  // Batch normalisation wants to see the batch as a whole, as far as that goes.
  const bool wantsWhole = std::any_of(layers.begin(), layers.end(), isBatchNorm);
  return wantsWhole ? std::max(chunk, std::min((batch + kSmallestChunk - 1) / kSmallestChunk * kSmallestChunk,
                                               kLargestChunk))
                    : chunk;
}

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

// Host memory is only referred to, and may still be written: step() waits. A copy must wait here.
DeviceExamples uploadTraining(const DataSet& data, Backend& backend) {
  if (!backend.isHostMemory()) data.training.waitUntilReady();
  return backend.upload(data.training, data.features);
}

}  // namespace

std::span<const KindName> namesOf(Part) {
  static constexpr KindName kNames[] = {
      {"training", "training"}, {"test", "test"}, {"validation", "validation"}};
  return kNames;
}

Trainer::Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
                 const ArenaSource& arenas)
    : m_configuration((checkFit(configuration.network, data), configuration)),
      m_data(data),
      m_backend(backend),
      m_network(configuration.network, backend, arenas),
      m_training(uploadTraining(data, backend)),
      m_validation(backend.upload(data.validation, data.features)),
      m_test(backend.upload(data.test, data.features)),
      m_stepState(backend.allocate(kStepStateFloats)),
      m_denseLayers(m_network.denseLayers()) {
  if (data.training.count == 0) {
    throw Error(ExitCode::badInput, fmt::format("--data {}: holds no training examples", data.name));
  }
  m_configuration.batchSize = std::clamp<std::size_t>(configuration.batchSize, 1, data.training.count);
  m_configuration.schedule.rate = m_configuration.hyperparameters.learningRate;
  const bool isReadHere = backend.isHostMemory() || m_training.onHost;
  if (isReadHere) m_prefetcher = makePrefetcher(data.training, data.features, configuration.seed);
  fitWorkspace();
  reset();
}

void Trainer::fitWorkspace() {
  const std::size_t chunk = chunkFor(m_network, effectiveBatchSize());
  m_stepShape = 0;  // another batch is another step, also in the same room
  if (m_workspace.capacity >= chunk) return;
  m_backend.finish();
  m_workspace = makeWorkspace(m_backend, m_network.layers(), chunk);

  static_assert(sizeof(Label) == sizeof(float));
  const std::size_t values = alignedCount(chunk * m_training.outputs), each = alignedCount(chunk);
  m_targetMemory = m_backend.allocate(2 * each + values);
  float* const memory = m_targetMemory.get();
  // The data set is asked: a backend that streams a part has no pointers to it.
  const Examples &training = m_data.training, &validation = m_data.validation, &test = m_data.test;
  const bool areWeighted = !(training.weights.empty() && validation.weights.empty() && test.weights.empty());
  m_targets.labels = training.labels.empty() ? nullptr : reinterpret_cast<Label*>(memory);
  m_targets.weights = areWeighted ? memory + each : nullptr;
  m_targets.values = training.targets.empty() ? nullptr : memory + 2 * each;
}

// Begins where the parameters are: an average that began at zero would have to be mended for long.
void Trainer::makeAverage() {
  m_stepShape = 0;
  const std::size_t count = m_network.arenaFloats(ArenaKind::parameters);
  if (m_configuration.averageDecay <= 0) {
    m_average = nullptr;
    return;
  }
  if (!m_average) {
    m_average = m_backend.allocate(count);
    m_backend.copy(m_network.arena(ArenaKind::parameters), m_average.get(), count);
  }
}

void Trainer::reset() {
  m_network.initialize(m_backend, m_configuration.seed);
  std::vector<LoggedCommand> commands = std::move(m_state.commands);
  m_state = {};
  m_state.commands = std::move(commands);
  setClock({});
  m_average = nullptr;
  makeAverage();
  for (int slot = 0; slot < Backend::kStatisticsSlots; ++slot) m_backend.takeStatistics(slot);
  m_backend.finish();
  while (m_backend.pollStatistics()) {
  }
  m_backend.pollSummaries();
  m_health = nullptr;
  m_blockedSeen = m_backend.blockedUpdates();
  m_arrived.clear();
  m_metricSteps.clear();
  m_metrics.clear();
}

std::size_t Trainer::effectiveBatchSize() const {
  const bool whole = m_configuration.hyperparameters.rule == UpdateRule::gradientDescent;
  return whole ? m_data.training.count : m_configuration.batchSize;
}

std::size_t Trainer::neededBytes() const {
  std::size_t floats = m_workspace.capacity * workspaceFloats(m_network.layers());
  for (std::size_t kind = 0; kind < kArenaKinds; ++kind) {
    floats += m_network.arenaFloats(static_cast<ArenaKind>(kind));
  }
  if (m_plane) floats += planeFloats(m_network.looksCapacity());
  return floats * sizeof(float);
}

double Trainer::epochsDone() const {
  return static_cast<double>(m_state.cursor) / static_cast<double>(m_data.training.count);
}

// ---- looks at the data ----

const DeviceExamples& Trainer::examplesOf(Part part) const {
  switch (part) {
    case Part::training: return m_training;
    case Part::validation: return m_validation;
    case Part::test: break;
  }
  return m_test;
}

void Trainer::showExample(Part part, std::size_t index) {
  const DeviceExamples& examples = examplesOf(part);
  if (examples.count == 0) return;
  if (part == Part::training) m_data.training.waitUntilReady();
  const Workspace& shown = m_network.shown();
  m_backend.gather(examples, {0, index % examples.count, 1, false}, shown.output(0, 1), m_targets);
  m_network.forward(pass(false), shown, 1);
  m_backend.activateRows(m_configuration.network.head.activation, shown.output(m_network.layers().size(), 1));
}

void Trainer::lookAt(const DeviceExamples& examples, std::size_t count) {
  const std::size_t last = m_network.layers().size();
  if (m_average) m_network.bindParameters(m_average.get());
  for (std::size_t done = 0; done < count; done += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, count - done);
    m_backend.gather(examples, {0, done, rows, false}, m_workspace.output(0, rows), m_targets);
    m_network.forward(pass(false), m_workspace, rows);
    m_backend.head(m_configuration.network.head, m_workspace.output(last, rows), m_targets, nullptr, 0.0f,
                   kTestSlot);
  }
  if (m_average) m_network.bindParameters(m_network.arena(ArenaKind::parameters));
}

Statistics Trainer::evaluateTest(std::size_t count) {
  collectStatistics(true);
  lookAt(m_test, std::min(count, m_test.count));
  m_backend.takeStatistics(kTestSlot);
  m_backend.finish();
  return m_backend.pollStatistics().value_or(Statistics{});
}

void Trainer::noteMetrics() {
  const std::uint64_t steps = m_state.steps;
  if (!hasPointAt(steps)) return;
  const DeviceExamples& examples = examplesOf(curvePart());
  lookAt(examples, std::min(m_configuration.metricsTestExamples, examples.count));
  m_backend.takeStatistics(kTrainingSlot);
  m_backend.takeStatistics(kTestSlot);
  m_metricSteps.push_back(steps);
  // A plateau's next rate depends on this point: it is waited for, so that the run is the same every time.
  if (m_configuration.schedule.kind == ScheduleKind::plateau) collectStatistics(true);
}

void Trainer::collectStatistics(bool wait) {
  if (wait) m_backend.finish();
  while (const std::optional<Statistics> statistics = m_backend.pollStatistics())
    m_arrived.push_back(*statistics);
  while (m_arrived.size() >= 2) {
    if (m_metricSteps.front() != kNoPoint) {
      notePoint({m_metricSteps.front(), m_arrived[0].meanLoss(), m_arrived[0].accuracy(),
                 m_arrived[1].meanLoss(), m_arrived[1].accuracy()});
    }
    m_metricSteps.pop_front();
    m_arrived.erase(m_arrived.begin(), m_arrived.begin() + 2);
  }
}

void Trainer::notePoint(const Metrics& point) {
  m_metrics.push_back(point);
  if (m_configuration.schedule.kind == ScheduleKind::plateau) {
    m_state.plateau = observed(m_configuration.schedule, m_state.plateau, point.testLoss);
  }
}

std::vector<Metrics> Trainer::takeMetrics() {
  collectStatistics(false);
  return std::exchange(m_metrics, {});
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

std::vector<float> Trainer::readAverage() {
  std::vector<float> values(m_average ? m_network.arenaFloats(ArenaKind::parameters) : 0);
  if (m_average) m_backend.read(m_average.get(), values.data(), values.size());
  return values;
}

TrainerState Trainer::state() const {
  TrainerState state = m_state;
  state.updateCount = m_backend.readClock(stepState()).updates;
  static_cast<TrainingSettings&>(state) = m_configuration;
  return state;
}

void Trainer::restore(const TrainerState& state, const std::vector<float>& average) {
  m_state = state;
  static_cast<TrainingSettings&>(m_configuration) = state;
  m_configuration.batchSize = std::clamp<std::size_t>(state.batchSize, 1, m_data.training.count);
  setClock(state.updateCount);
  fitWorkspace();
  m_average = nullptr;
  makeAverage();
  if (m_average && average.size() == m_network.arenaFloats(ArenaKind::parameters)) {
    m_backend.write(m_average.get(), average.data(), average.size());
  }
}

}  // namespace cajal
