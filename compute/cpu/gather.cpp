// Batches: rows of the data set, in shuffled order, as floats.
#include "compute/cpu/operations.h"
#include "compute/math/permutation.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kRowsPerTile = 16;

// Which example stands at place `position` of the endless shuffled sequence.
std::size_t exampleAt(const BatchSelection& selection, std::size_t exampleCount, std::uint64_t position) {
  const std::uint64_t epoch = position / exampleCount;
  const auto place = static_cast<std::uint32_t>(position % exampleCount);
  if (!selection.shuffled) return place;
  return Permutation(selection.seed, epoch, static_cast<std::uint32_t>(exampleCount))(place);
}

void copyRow(const DeviceExamples& examples, std::size_t example, float* row) {
  const std::size_t start = example * examples.features;
  if (examples.bytes) {
    const std::uint8_t* bytes = examples.bytes + start;
    for (std::size_t f = 0; f < examples.features; ++f)
      row[f] = static_cast<float>(bytes[f]) * (1.0f / 255.0f);
  } else {
    const float* floats = examples.floats + start;
    for (std::size_t f = 0; f < examples.features; ++f) row[f] = floats[f];
  }
}

}  // namespace

void gather(ThreadTeam& team, const DeviceExamples& examples, const BatchSelection& selection,
            const Matrix& input, std::uint8_t* labels) {
  const std::size_t tiles = (selection.count + kRowsPerTile - 1) / kRowsPerTile;
  team.forEachTile(tiles, [&](std::size_t tile) {
    const std::size_t end = std::min(selection.count, (tile + 1) * kRowsPerTile);
    for (std::size_t row = tile * kRowsPerTile; row < end; ++row) {
      const std::size_t example = exampleAt(selection, examples.count, selection.cursor + row);
      copyRow(examples, example, input.data + row * input.columns);
      labels[row] = examples.labels[example];
    }
  });
}

}  // namespace cajal::cpu
