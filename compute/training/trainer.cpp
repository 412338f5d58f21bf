#include "compute/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
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

constexpr int kTrainingSlot = 0, kTestSlot = 1;

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

Trainer::Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
                 const ArenaSource& arenas)
    : m_configuration((checkFit(configuration.network, data), configuration)),
      m_data(data),
      m_backend(backend),
      m_network(configuration.network, backend, arenas),
      m_training(uploadTraining(data, backend)),
      m_test(backend.upload(data.test, data.features)) {
  if (data.training.count == 0) {
    throw Error(ExitCode::badInput, fmt::format("--data {}: holds no training examples", data.name));
  }
  m_configuration.batchSize = std::clamp<std::size_t>(configuration.batchSize, 1, data.training.count);
  fitWorkspace();
  reset();
}

void Trainer::fitWorkspace() {
  const std::size_t chunk = chunkFor(m_network, effectiveBatchSize());
  if (m_workspace.capacity >= chunk) return;
  m_backend.finish();
  m_workspace = makeWorkspace(m_backend, m_network.layers(), chunk);

  static_assert(sizeof(Label) == sizeof(float));
  const std::size_t values = alignedCount(chunk * m_training.outputs), each = alignedCount(chunk);
  m_targetMemory = m_backend.allocate(2 * each + values);
  float* const memory = m_targetMemory.get();
  m_targets.labels = m_training.labels ? reinterpret_cast<Label*>(memory) : nullptr;
  m_targets.weights = m_training.weights || m_test.weights ? memory + each : nullptr;
  m_targets.values = m_training.targets ? memory + 2 * each : nullptr;
}

void Trainer::reset() {
  m_network.initialize(m_backend, m_configuration.seed);
  m_steps = m_updatesSinceReset = m_cursor = 0;
  for (int slot = 0; slot < Backend::kStatisticsSlots; ++slot) m_backend.takeStatistics(slot);
  m_backend.finish();
  while (m_backend.pollStatistics()) {
  }
  m_arrived.clear();
  m_metricSteps.clear();
  m_metrics.clear();
}

std::size_t Trainer::effectiveBatchSize() const {
  const bool whole = m_configuration.hyperparameters.rule == UpdateRule::gradientDescent;
  return whole ? m_data.training.count : m_configuration.batchSize;
}

double Trainer::epochsDone() const {
  return static_cast<double>(m_cursor) / static_cast<double>(m_data.training.count);
}

Pass Trainer::pass(bool isTraining) const {
  return {m_backend, isTraining, false, {m_configuration.seed, m_steps}};
}

void Trainer::step(const std::function<void()>& beforeSharedWrites) {
  m_data.training.waitUntilReady();
  const std::size_t batch = effectiveBatchSize(), last = m_network.layers().size();
  const float inverseBatch = 1.0f / static_cast<float>(batch);
  Pass pass = this->pass(true);

  for (std::size_t done = 0; done < batch; done += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, batch - done);
    pass.accumulate = done > 0;
    pass.mask.firstRow = static_cast<std::uint32_t>(done);
    m_backend.gather(m_training, {m_configuration.seed, m_cursor, rows}, m_workspace.output(0, rows),
                     m_targets);
    m_network.forward(pass, m_workspace, rows);
    const Matrix dLoss_dZ = m_workspace.gradient(last, rows);
    m_backend.head(m_configuration.network.head, m_workspace.output(last, rows), m_targets, &dLoss_dZ,
                   inverseBatch, kTrainingSlot);
    if (beforeSharedWrites && done == 0) beforeSharedWrites();
    m_network.backward(pass, m_workspace, rows);
    m_cursor += rows;
  }

  ++m_updatesSinceReset;
  m_backend.update(m_configuration.hyperparameters, m_updatesSinceReset,
                   m_network.arena(ArenaKind::parameters), m_network.arena(ArenaKind::gradients),
                   m_network.arena(ArenaKind::firstMoments), m_network.arena(ArenaKind::secondMoments),
                   m_network.arenaFloats(ArenaKind::parameters), m_network.weightFloats());
  ++m_steps;
  noteMetrics();
}

void Trainer::showExample(Part part, std::size_t index) {
  const DeviceExamples& examples = part == Part::training ? m_training : m_test;
  if (examples.count == 0) return;
  if (part == Part::training) m_data.training.waitUntilReady();
  const Workspace& shown = m_network.shown();
  m_backend.gather(examples, {0, index % examples.count, 1, false}, shown.output(0, 1), m_targets);
  m_network.forward(pass(false), shown, 1);
  m_backend.activateRows(m_configuration.network.head.activation, shown.output(m_network.layers().size(), 1));
}

void Trainer::lookAtTest(std::size_t count) {
  const std::size_t last = m_network.layers().size();
  for (std::size_t done = 0; done < count; done += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, count - done);
    m_backend.gather(m_test, {0, done, rows, false}, m_workspace.output(0, rows), m_targets);
    m_network.forward(pass(false), m_workspace, rows);
    m_backend.head(m_configuration.network.head, m_workspace.output(last, rows), m_targets, nullptr, 0.0f,
                   kTestSlot);
  }
}

Statistics Trainer::evaluateTest(std::size_t count) {
  collectStatistics(true);
  lookAtTest(std::min(count, m_test.count));
  m_backend.takeStatistics(kTestSlot);
  m_backend.finish();
  return m_backend.pollStatistics().value_or(Statistics{});
}

void Trainer::noteMetrics() {
  const bool early = m_steps < m_configuration.metricsEvery && std::has_single_bit(m_steps);
  if (!early && m_steps % m_configuration.metricsEvery != 0) return;
  lookAtTest(std::min(m_configuration.metricsTestExamples, m_test.count));
  m_backend.takeStatistics(kTrainingSlot);
  m_backend.takeStatistics(kTestSlot);
  m_metricSteps.push_back(m_steps);
}

void Trainer::collectStatistics(bool wait) {
  if (wait) m_backend.finish();
  while (const std::optional<Statistics> statistics = m_backend.pollStatistics())
    m_arrived.push_back(*statistics);
  while (m_arrived.size() >= 2) {
    m_metrics.push_back({m_metricSteps.front(), m_arrived[0].meanLoss(), m_arrived[0].accuracy(),
                         m_arrived[1].meanLoss(), m_arrived[1].accuracy()});
    m_metricSteps.pop_front();
    m_arrived.erase(m_arrived.begin(), m_arrived.begin() + 2);
  }
}

std::vector<Metrics> Trainer::takeMetrics() {
  collectStatistics(false);
  return std::exchange(m_metrics, {});
}

Command Trainer::apply(const Command& command) {
  Hyperparameters& h = m_configuration.hyperparameters;
  Command applied = command;
  const auto clampTo = [&](double low, double high) {
    applied.value = std::isfinite(command.value) ? std::clamp(command.value, low, high) : low;
    return static_cast<float>(applied.value);
  };
  switch (command.kind) {
    case CommandKind::setLearningRate: h.learningRate = clampTo(0, 1e6); break;
    case CommandKind::setMomentum: h.momentum = clampTo(0, 0.99999); break;
    case CommandKind::setBeta2: h.beta2 = clampTo(0, 0.999999); break;
    case CommandKind::setWeightDecay: h.weightDecay = clampTo(0, 1e3); break;
    case CommandKind::setBatchSize:
      m_configuration.batchSize =
          static_cast<std::size_t>(clampTo(1, static_cast<double>(m_data.training.count)));
      fitWorkspace();
      break;
    case CommandKind::setOptimizer:
      h.rule = static_cast<UpdateRule>(static_cast<std::uint32_t>(clampTo(0, 3)));
      // Another rule reads the moments in another way: it starts from zero ones. The weights stay.
      m_backend.fillZero(m_network.arena(ArenaKind::firstMoments),
                         m_network.arenaFloats(ArenaKind::firstMoments));
      m_backend.fillZero(m_network.arena(ArenaKind::secondMoments),
                         m_network.arenaFloats(ArenaKind::secondMoments));
      m_updatesSinceReset = 0;
      fitWorkspace();
      break;
    case CommandKind::reset: reset(); break;
  }
  return applied;
}

std::vector<float> Trainer::readTensor(const TensorView& tensor) {
  std::vector<float> values(tensor.shape.count());
  m_backend.read(m_network.arena(tensor.arena) + tensor.offset, values.data(), values.size());
  return values;
}

void Trainer::writeTensor(const TensorView& tensor, const std::vector<float>& values) {
  require(values.size() == tensor.shape.count(), "writeTensor: another number of values than the tensor has");
  m_backend.write(m_network.arena(tensor.arena) + tensor.offset, values.data(), values.size());
}

}  // namespace cajal
