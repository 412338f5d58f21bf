// The head: output activation, loss, and the gradient that starts the backward pass. One row at a time.
#include <algorithm>
#include <vector>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kRowsPerTile = 32;

std::size_t tileCount(std::size_t rows) {
  return (rows + kRowsPerTile - 1) / kRowsPerTile;
}

}  // namespace

void run(ThreadTeam& team, const ActivateRows& operation) {
  const auto& [activation, output] = operation;
  team.forEachTile(tileCount(output.rows), [&](std::size_t tile) {
    const std::size_t end = std::min(output.rows, (tile + 1) * kRowsPerTile);
    for (std::size_t row = tile * kRowsPerTile; row < end; ++row) {
      activateRow(activation, output.data + row * output.columns, output.columns);
    }
  });
}

void run(ThreadTeam& team, const ApplyHead& operation, Statistics& statistics) {
  const auto& [head, output, targets, dLoss_dZ, inverseBatch, slot] = operation;
  // One partial sum a tile, added in the order of the tiles: the same bits for any number of threads.
  static thread_local std::vector<Statistics> partials;
  std::vector<Statistics>& sums = partials;
  sums.assign(tileCount(output.rows), {});
  team.forEachTile(sums.size(), [&](std::size_t tile) {
    const std::size_t end = std::min(output.rows, (tile + 1) * kRowsPerTile);
    for (std::size_t row = tile * kRowsPerTile; row < end; ++row) {
      float* gradient = dLoss_dZ ? dLoss_dZ->data + row * dLoss_dZ->columns : nullptr;
      const RowResult result = headRow(head, output.data + row * output.columns, output.columns,
                                       rowTarget(targets, row, output.columns), gradient, inverseBatch);
      sums[tile].loss += static_cast<double>(result.loss);
      sums[tile].correct += result.correct;
      sums[tile].count += 1;
    }
  });
  for (const Statistics& sum : sums) {
    statistics.loss += sum.loss;
    statistics.correct += sum.correct;
    statistics.count += sum.count;
  }
}

}  // namespace cajal::cpu
