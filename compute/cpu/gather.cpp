// Batches: rows of the data set, in shuffled order, as floats.
#include "compute/cpu/operations.h"
#include "compute/math/epoch_order.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kRowsPerTile = 16;

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

void run(ThreadTeam& team, const Gather& operation) {
  const auto& [examples, selection, input, targets] = operation;
  const std::uint64_t first = firstExample(selection);
  const std::size_t tiles = (selection.count + kRowsPerTile - 1) / kRowsPerTile;
  team.forEachTile(tiles, [&](std::size_t tile) {
    const std::size_t begin = tile * kRowsPerTile, end = std::min(selection.count, begin + kRowsPerTile);
    EpochOrder order(selection.seed, examples.count);
    std::size_t chosen[kRowsPerTile];
    for (std::size_t row = begin; row < end; ++row) {
      const std::uint64_t place = first + row;
      chosen[row - begin] = selection.shuffled ? order.exampleAt(place) : place % examples.count;
      prefetchRow(examples, chosen[row - begin]);
    }
    for (std::size_t row = begin; row < end; ++row) {
      copyRow(examples, chosen[row - begin], input.data + row * input.columns);
      copyTarget(examples, chosen[row - begin], targets, row);
    }
  });
}

}  // namespace cajal::cpu
