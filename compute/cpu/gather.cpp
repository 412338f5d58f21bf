// Batches: rows of the data set, in shuffled order, as floats.
#include "compute/cpu/operations.h"
#include "compute/math/permutation.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kRowsPerTile = 16;

// Which examples stand at consecutive places of the endless sequence of epochs.
class Sequence {
 public:
  Sequence(const BatchSelection& selection, std::size_t exampleCount)
      : m_selection(selection), m_count(exampleCount), m_shuffle(selection.seed, 0, 1) {}

  std::size_t exampleAt(std::uint64_t position) {
    const auto place = static_cast<std::uint32_t>(position % m_count);
    if (!m_selection.shuffled) return place;
    const std::uint64_t epoch = position / m_count;
    if (epoch != m_epoch) {
      m_epoch = epoch;
      m_shuffle = Permutation(m_selection.seed, epoch, static_cast<std::uint32_t>(m_count));
    }
    return m_shuffle(place);
  }

 private:
  const BatchSelection& m_selection;
  std::size_t m_count;
  std::uint64_t m_epoch = ~std::uint64_t{0};
  Permutation m_shuffle;
};

// The rows of a shuffled batch lie anywhere: asking early hides the way to memory.
void prefetchRow(const DeviceExamples& examples, std::size_t example) {
  constexpr std::size_t kCacheLine = 64;
  const std::size_t bytes = examples.features * (examples.bytes ? 1 : sizeof(float));
  const char* row = examples.bytes ? reinterpret_cast<const char*>(examples.bytes)
                                   : reinterpret_cast<const char*>(examples.floats);
  row += example * bytes;
  for (std::size_t at = 0; at < bytes; at += kCacheLine) __builtin_prefetch(row + at);
}

void copyRow(const DeviceExamples& examples, std::size_t example, float* __restrict__ row) {
  const std::size_t features = examples.features, start = example * features;
  if (examples.bytes) {
    const std::uint8_t* __restrict__ bytes = examples.bytes + start;
    for (std::size_t f = 0; f < features; ++f) row[f] = static_cast<float>(bytes[f]) * (1.0f / 255.0f);
  } else {
    const float* __restrict__ floats = examples.floats + start;
    for (std::size_t f = 0; f < features; ++f) row[f] = floats[f];
  }
}

void copyTarget(const DeviceExamples& examples, std::size_t example, const Targets& targets,
                std::size_t row) {
  if (examples.labels) targets.labels[row] = examples.labels[example];
  for (std::size_t o = 0; examples.targets && o < examples.outputs; ++o) {
    targets.values[row * examples.outputs + o] = examples.targets[example * examples.outputs + o];
  }
  if (examples.weights) targets.weights[row] = examples.weights[example];
}

}  // namespace

void gather(ThreadTeam& team, const DeviceExamples& examples, const BatchSelection& selection,
            const Matrix& input, const Targets& targets) {
  const std::uint64_t first = firstExample(selection);
  const std::size_t tiles = (selection.count + kRowsPerTile - 1) / kRowsPerTile;
  team.forEachTile(tiles, [&](std::size_t tile) {
    const std::size_t begin = tile * kRowsPerTile, end = std::min(selection.count, begin + kRowsPerTile);
    Sequence sequence(selection, examples.count);
    std::size_t chosen[kRowsPerTile];
    for (std::size_t row = begin; row < end; ++row) {
      chosen[row - begin] = sequence.exampleAt(first + row);
      prefetchRow(examples, chosen[row - begin]);
    }
    for (std::size_t row = begin; row < end; ++row) {
      copyRow(examples, chosen[row - begin], input.data + row * input.columns);
      copyTarget(examples, chosen[row - begin], targets, row);
    }
  });
}

}  // namespace cajal::cpu
