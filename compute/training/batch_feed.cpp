#include "compute/training/batch_feed.h"

#include <fmt/format.h>

#include "engine/base/error.h"

namespace cajal {
namespace {

// Host memory is only referred to, and may still be written: steps wait for it. A copy must wait here.
DeviceExamples uploadTraining(const DataSet& data, Backend& backend) {
  if (data.training.count == 0)
    throw Error(ExitCode::badInput, fmt::format("--data {}: holds no training examples", data.name));
  if (!backend.isHostMemory()) data.training.waitUntilReady();
  return backend.upload(data.training, data.features);
}

}  // namespace

BatchFeed::BatchFeed(const DataSet& data, Backend& backend, std::uint64_t seed)
    : m_data(data),
      m_backend(backend),
      m_seed(seed),
      m_parts{uploadTraining(data, backend), backend.upload(data.validation, data.features),
              backend.upload(data.test, data.features)} {
  if (backend.isHostMemory() || isReadByHost())
    m_prefetcher = makePrefetcher(data.training, data.features, seed);
}

void BatchFeed::makeRoom(std::size_t rows) {
  static_assert(sizeof(Label) == sizeof(float));
  // The data set is asked: a backend that streams a part has no pointers to it.
  const Examples &training = m_data.training, &validation = m_data.validation, &test = m_data.test;
  const std::size_t values = alignedCount(rows * m_parts.training.outputs), each = alignedCount(rows);
  m_targetMemory = m_backend.allocate(2 * each + values);
  float* const memory = m_targetMemory.get();
  const bool areWeighted = !(training.weights.empty() && validation.weights.empty() && test.weights.empty());
  m_targets.labels = training.labels.empty() ? nullptr : reinterpret_cast<Label*>(memory);
  m_targets.weights = areWeighted ? memory + each : nullptr;
  m_targets.values = training.targets.empty() ? nullptr : memory + 2 * each;
}

void BatchFeed::readBatch(const StepState* state, std::uint64_t cursor, std::size_t done,
                          const Matrix& input) {
  BatchSelection selection{m_seed, done, input.rows, true, state};
  if (isReadByHost()) selection = {m_seed, cursor + done, input.rows};
  if (m_prefetcher) m_prefetcher->expect(firstExample(selection), input.rows);
  m_backend.run(Gather{m_parts.training, selection, input, m_targets});
}

void BatchFeed::read(Part part, std::size_t first, const Matrix& input) {
  if (part == Part::training) m_data.training.waitUntilReady();
  m_backend.run(Gather{examples(part), {0, first, input.rows, false}, input, m_targets});
}

}  // namespace cajal
