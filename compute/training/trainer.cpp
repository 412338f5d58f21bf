#include "compute/training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kLargestChunk = 1024;
constexpr int kTrainingSlot = 0, kTestSlot = 1;

void checkFit(const NetworkDescription& network, const DataSet& data) {
  if (network.widths.front() != data.features || network.widths.back() != data.classes) {
    throw Error(
        ExitCode::badInput,
        fmt::format(
            "--net {}: does not fit --data {}, whose examples have {} values and {} classes; try --net "
            "{}-…-{}",
            toString(network.widths), data.name, data.features, data.classes, data.features, data.classes));
  }
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
      m_test(backend.upload(data.test, data.features)),
      m_chunk(kLargestChunk) {
  require(data.training.count > 0, "a data set without training examples");
  const std::vector<std::size_t>& widths = configuration.network.widths;
  const std::size_t targetValues = m_chunk * m_training.outputs;
  std::size_t floats = 2 * alignedCount(m_chunk) + alignedCount(targetValues);  // labels, weights, values
  for (const std::size_t width : widths) floats += 2 * alignedCount(m_chunk * width);
  m_scratch = backend.allocate(floats);

  float* at = m_scratch.get();
  m_targets.labels = reinterpret_cast<Label*>(at);
  static_assert(sizeof(Label) == sizeof(float));
  at += alignedCount(m_chunk);
  m_targets.weights = m_training.weights ? at : nullptr;
  at += alignedCount(m_chunk);
  m_targets.values = m_training.targets ? at : nullptr;
  at += alignedCount(targetValues);
  for (const std::size_t width : widths) {
    m_activations.push_back(at);
    at += alignedCount(m_chunk * width);
    m_deltas.push_back(at);
    at += alignedCount(m_chunk * width);
  }
  m_configuration.batchSize = std::clamp<std::size_t>(configuration.batchSize, 1, data.training.count);
  reset();
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

Matrix Trainer::activation(std::size_t layer, std::size_t rows) const {
  return {m_activations[layer], rows, m_configuration.network.widths[layer]};
}

Matrix Trainer::delta(std::size_t layer, std::size_t rows) const {
  return {m_deltas[layer], rows, m_configuration.network.widths[layer]};
}

void Trainer::step(const std::function<void()>& beforeSharedWrites) {
  m_data.training.waitUntilReady();
  const std::size_t batch = effectiveBatchSize();
  const NetworkDescription& description = m_configuration.network;
  const std::size_t last = m_network.layers().size();
  const float inverseBatch = 1.0f / static_cast<float>(batch);

  for (std::size_t done = 0; done < batch; done += m_chunk) {
    const std::size_t rows = std::min(m_chunk, batch - done);
    m_backend.gather(m_training, {m_configuration.seed, m_cursor, rows}, activation(0, rows), m_targets);
    forward(rows);
    const Matrix dLoss_dZ = delta(last, rows);
    m_backend.head({description.loss, description.output}, activation(last, rows), m_targets, &dLoss_dZ,
                   inverseBatch, kTrainingSlot);
    if (beforeSharedWrites && done == 0) beforeSharedWrites();
    backward(rows, done > 0);
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

void Trainer::forward(std::size_t rows) {
  const std::vector<Dense>& layers = m_network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    layers[l].forward(m_backend, activation(l, rows), activation(l + 1, rows));
  }
}

void Trainer::backward(std::size_t rows, bool accumulate) {
  const std::vector<Dense>& layers = m_network.layers();
  for (std::size_t l = layers.size(); l-- > 0;) {
    layers[l].backwardParameters(m_backend, delta(l + 1, rows), activation(l, rows), accumulate);
    if (l > 0) {
      layers[l].backwardInput(m_backend, delta(l + 1, rows), activation(l, rows), layers[l - 1].activation(),
                              delta(l, rows));
    }
  }
}

void Trainer::showExample(Part part, std::size_t index) {
  const DeviceExamples& examples = part == Part::training ? m_training : m_test;
  if (examples.count == 0) return;
  if (part == Part::training) m_data.training.waitUntilReady();
  m_backend.gather(examples, {0, index % examples.count, 1, false}, m_network.shownActivation(0), m_targets);
  const std::vector<Dense>& layers = m_network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    layers[l].forward(m_backend, m_network.shownActivation(l), m_network.shownActivation(l + 1));
  }
  m_backend.activateRows(m_configuration.network.output, m_network.shownActivation(layers.size()));
}

void Trainer::lookAtTest(std::size_t count) {
  const std::size_t last = m_network.layers().size();
  for (std::size_t done = 0; done < count; done += m_chunk) {
    const std::size_t rows = std::min(m_chunk, count - done);
    m_backend.gather(m_test, {0, done, rows, false}, activation(0, rows), m_targets);
    forward(rows);
    m_backend.head({m_configuration.network.loss, m_configuration.network.output}, activation(last, rows),
                   m_targets, nullptr, 0.0f, kTestSlot);
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
      break;
    case CommandKind::setOptimizer:
      h.rule = static_cast<UpdateRule>(static_cast<std::uint32_t>(clampTo(0, 3)));
      // Another rule reads the moments in another way: it starts from zero ones. The weights stay.
      m_backend.fillZero(m_network.arena(ArenaKind::firstMoments),
                         m_network.arenaFloats(ArenaKind::firstMoments));
      m_backend.fillZero(m_network.arena(ArenaKind::secondMoments),
                         m_network.arenaFloats(ArenaKind::secondMoments));
      m_updatesSinceReset = 0;
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
