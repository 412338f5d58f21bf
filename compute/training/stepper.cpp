#include "compute/training/stepper.h"

#include <algorithm>

namespace cajal {
namespace {

// Examples that are computed at once: as many as a megabyte or two of every layer, so that large images do
// not ask for gigabytes, but enough to keep every core's products full.
constexpr std::size_t kLargestChunk = 1024, kSmallestChunk = 64;
constexpr std::size_t kChunkFloats = 12 << 20;  // 48 MB

std::size_t chunkFor(const Network& network, std::size_t batch) {
  const auto inWholeChunks = [](std::size_t rows) { return rows / kSmallestChunk * kSmallestChunk; };
  const std::size_t fitting = kChunkFloats / workspaceFloats(network.layers());
  const std::size_t chunk = std::clamp(inWholeChunks(fitting), kSmallestChunk, kLargestChunk);
  const auto isBatchNorm = [](const LayerSpec& spec) { return spec.kind == LayerKind::batchNorm; };
  const std::vector<LayerSpec>& layers = network.description().spec.layers;
  if (std::none_of(layers.begin(), layers.end(), isBatchNorm)) return chunk;
  // Batch normalisation wants to see the batch as a whole, as far as that goes.
  return std::max(chunk, std::min(inWholeChunks(batch + kSmallestChunk - 1), kLargestChunk));
}

}  // namespace

Stepper::Stepper(Backend& backend, const Network& network, BatchFeed& feed, StepControl& control,
                 MovingAverage& average)
    : m_backend(backend),
      m_network(network),
      m_feed(feed),
      m_control(control),
      m_average(average),
      m_denseLayers(network.denseLayers()) {}

void Stepper::makeRoom(std::size_t batch) {
  const std::size_t chunk = chunkFor(m_network, batch);
  if (m_workspace.capacity >= chunk) return;
  m_backend.finish();
  m_workspace = makeWorkspace(m_backend, m_network.layers(), chunk);
  m_feed.makeRoom(chunk);
  m_repeated.reset();  // it was in the room before
}

void Stepper::step(const StepKind& kind, bool keepsOutputs, const BeforeSharedWrites& beforeSharedWrites) {
  if (!advanceDense(kind, 1, keepsOutputs, beforeSharedWrites)) enqueue(kind, beforeSharedWrites);
}

void Stepper::repeat(const StepKind& kind, std::uint64_t times) {
  if (advanceDense(kind, times, false, {})) return;
  const std::uint64_t shape = shapeOf({kind, m_average.values(), m_average.decay()});
  m_backend.repeat(shape, times, [&] { enqueue(kind, {}); });
}

std::uint64_t Stepper::shapeOf(const Repeated& repeated) {
  if (m_repeated != repeated) m_shape = m_backend.nextStepShape();
  m_repeated = repeated;
  return m_shape;
}

// Of dense layers alone many steps may be one operation of a GPU. False, and nothing is done, where they are
// not.
bool Stepper::advanceDense(const StepKind& kind, std::uint64_t times, bool keepsOutputs,
                           const BeforeSharedWrites& beforeSharedWrites) {
  if (m_denseLayers.empty() || m_backend.isHostMemory() || kind.batch > m_workspace.capacity) return false;
  DenseTraining training;
  training.layers = m_denseLayers;
  training.head = m_network.description().head;
  training.examples = &m_feed.examples(Part::training);
  training.seed = m_feed.seed();
  training.batch = kind.batch;
  training.state = m_control.state();
  training.arenas = updateArenas(kind.keepsChanges);
  training.gradients = m_network.arena(ArenaKind::gradients);
  training.isMeasured = kind.isMeasured;
  training.average = m_average.values();
  training.averageDecay = m_average.decay();
  training.statistics = Telemetry::kTrainingSlot;
  if (keepsOutputs) {
    training.y.assign(m_workspace.outputs.begin() + 1, m_workspace.outputs.end());
    training.z.assign(m_workspace.z.begin() + 1, m_workspace.z.end());
  }
  return m_backend.advanceDense(training, times, beforeSharedWrites);
}

// Operations alone, which read what changes from step to step where they run: may be captured.
void Stepper::enqueue(const StepKind& kind, const BeforeSharedWrites& beforeSharedWrites) {
  accumulateGradients(kind.batch, beforeSharedWrites);
  const UpdateArenas arenas = updateArenas(kind.keepsChanges);
  // Zero: what is not updated does not change.
  if (arenas.changes) m_backend.fillZero(arenas.changes, m_network.arenaFloats(ArenaKind::changes));
  m_backend.update(m_control.state(), arenas, kind.isMeasured);
  m_average.move(m_control.state());
  m_backend.tick(m_control.state());
}

void Stepper::accumulateGradients(std::size_t batch, const BeforeSharedWrites& beforeSharedWrites) {
  const std::size_t last = m_network.layers().size();
  const float inverseBatch = 1.0f / static_cast<float>(batch);
  Pass pass{m_backend, true, false, {.seed = m_feed.seed(), .state = m_control.state()}};
  for (std::size_t done = 0; done < batch; done += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, batch - done);
    pass.accumulate = done > 0;
    pass.mask.firstRow = static_cast<std::uint32_t>(done);
    m_feed.readBatch(m_control.state(), m_control.cursor(), done, m_workspace.output(0, rows));
    m_network.forward(pass, m_workspace, rows);
    const Matrix dLoss_dZ = m_workspace.gradient(last, rows);
    m_backend.run(ApplyHead{m_network.description().head, m_workspace.output(last, rows), m_feed.targets(),
                            &dLoss_dZ, inverseBatch, Telemetry::kTrainingSlot});
    if (beforeSharedWrites && done == 0) beforeSharedWrites();
    m_network.backward(pass, m_workspace, rows);
  }
}

UpdateArenas Stepper::updateArenas(bool keepsChanges) const {
  return {m_network.arena(ArenaKind::parameters),
          m_network.arena(ArenaKind::gradients),
          m_network.arena(ArenaKind::firstMoments),
          m_network.arena(ArenaKind::secondMoments),
          m_network.arenaFloats(ArenaKind::parameters),
          m_network.weightFloats(),
          keepsChanges ? m_network.arena(ArenaKind::changes) : nullptr};
}

}  // namespace cajal
