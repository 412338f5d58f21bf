// A dense layer: Y = f(X Wᵀ + b) and its two gradients.
//
// Each product is cut into tiles of its result (never along the summed dimension), each tile is one GEMM on
// one thread, and what follows the product (bias, activation, derivative) is done while the tile is in cache.
#include <algorithm>
#include <vector>

#include "compute/cpu/elements.h"
#include "compute/cpu/gemm.h"
#include "compute/cpu/operations.h"
#include "compute/cpu/transpose.h"

namespace cajal::cpu {
namespace {

// How a result is cut. Fixed by its shape alone: the number of threads must not change a bit.
class Tiling {
 public:
  Tiling(std::size_t rows, std::size_t columns, std::size_t tileRows, std::size_t tileColumns)
      : m_rows(rows),
        m_columns(columns),
        m_tileRows(tileRows),
        m_tileColumns(tileColumns),
        m_perRow((columns + tileColumns - 1) / tileColumns) {}

  std::size_t count() const { return m_perRow * ((m_rows + m_tileRows - 1) / m_tileRows); }

  Tile operator[](std::size_t index) const {
    const std::size_t row = index / m_perRow * m_tileRows, column = index % m_perRow * m_tileColumns;
    return {row, std::min(m_tileRows, m_rows - row), column, std::min(m_tileColumns, m_columns - column)};
  }

 private:
  std::size_t m_rows, m_columns, m_tileRows, m_tileColumns, m_perRow;
};

constexpr std::size_t kSmallestTile = 200'000;  // multiply-adds, about 2 µs on one core: not worth less
constexpr std::size_t kMostTiles = 8;
constexpr std::size_t kStep = 32;  // rows or columns that keep the GEMM's inner kernel full

std::size_t roundUp(std::size_t value, std::size_t step) {
  return (value + step - 1) / step * step;
}

std::size_t piecesFor(std::size_t multiplyAdds) {
  return std::clamp<std::size_t>(multiplyAdds / kSmallestTile, 1, kMostTiles);
}

// Gradients: tall results are cut by rows, wide ones by columns.
Tiling gradientTiling(std::size_t rows, std::size_t columns, std::size_t summed) {
  constexpr std::size_t kTall = 64;  // rows
  const std::size_t pieces = piecesFor(rows * columns * summed);
  if (rows >= kTall) return {rows, columns, roundUp((rows + pieces - 1) / pieces, kStep), columns};
  return {rows, columns, rows, roundUp((columns + pieces - 1) / pieces, kStep)};
}

// Forward, by columns: each tile turns its rows of the weight round once, and a large batch is cut by rows
// too.
Tiling forwardTiling(std::size_t rows, std::size_t columns, std::size_t summed) {
  constexpr std::size_t kLargeBatch = 256;  // rows
  const std::size_t pieces = piecesFor(rows * columns * summed);
  const std::size_t tileColumns = roundUp((columns + pieces - 1) / pieces, kStep);
  const std::size_t across = (columns + tileColumns - 1) / tileColumns;
  const std::size_t down = std::clamp<std::size_t>(rows / kLargeBatch, 1, (kMostTiles + across - 1) / across);
  return {rows, columns, roundUp((rows + down - 1) / down, kStep), tileColumns};
}

// output = input · weightᵀ over a tile. oneDNN packs a factor that is stored the other way round value by
// value, which costs a small product a quarter of its speed: there the weight's rows are turned round first.
// A large one would go through memory once more for it, and hides the packing behind more arithmetic.
void multiplyForward(const Tile& tile, const Matrix& input, const Matrix& weight, const Matrix& output) {
  constexpr std::size_t kTurned = 128 << 10;  // floats: half of a core's own cache
  const std::size_t summed = input.columns, count = tile.columns * summed;
  const float* const rows = weight.data + tile.column * summed;
  const Factor x = {input.data + tile.row * summed, summed};
  float* const result = output.data + tile.row * output.columns + tile.column;
  if (count > kTurned) {
    gemm(tile.rows, tile.columns, summed, x, {rows, summed, true}, 0.0f, result, output.columns);
    return;
  }
  static thread_local std::vector<float> turned;
  if (turned.size() < count) turned.resize(count);
  transpose(rows, summed, tile.columns, summed, turned.data(), tile.columns);
  gemm(tile.rows, tile.columns, summed, x, {turned.data(), tile.columns}, 0.0f, result, output.columns);
}

// Σ over B of the tile's columns of dLoss_dZ, which are rows of the weight.
void sumColumns(const Tile& tile, const Matrix& matrix, float* sums, bool accumulate) {
  if (!accumulate) std::fill(sums + tile.row, sums + tile.row + tile.rows, 0.0f);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const float* values = matrix.data + row * matrix.columns;
    for (std::size_t column = tile.row; column < tile.row + tile.rows; ++column)
      sums[column] += values[column];
  }
}

}  // namespace

void run(ThreadTeam& team, const DenseForward& operation) {
  const auto& [input, weight, bias, activation, output, z] = operation;
  const Tiling tiling = forwardTiling(output.rows, output.columns, input.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    multiplyForward(tile, input, weight, output);
    addBiasAndActivate(activation, tile, bias, output, z);
  });
}

void run(ThreadTeam& team, const DenseBackwardInput& operation) {
  const auto& [dLoss_dZ, weight, before, dLoss_dZBefore] = operation;
  const Tiling tiling = gradientTiling(dLoss_dZBefore.rows, dLoss_dZBefore.columns, dLoss_dZ.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(tile.rows, tile.columns, dLoss_dZ.columns,
         {dLoss_dZ.data + tile.row * dLoss_dZ.columns, dLoss_dZ.columns},
         {weight.data + tile.column, weight.columns}, 0.0f,
         dLoss_dZBefore.data + tile.row * dLoss_dZBefore.columns + tile.column, dLoss_dZBefore.columns);
    multiplyByDerivative(before, tile, dLoss_dZBefore);
  });
}

void run(ThreadTeam& team, const DenseBackwardParameters& operation) {
  const auto& [dLoss_dZ, input, dWeight, dBias, accumulate] = operation;
  const Tiling tiling = gradientTiling(dWeight.rows, dWeight.columns, input.rows);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(tile.rows, tile.columns, input.rows, {dLoss_dZ.data + tile.row, dLoss_dZ.columns, true},
         {input.data + tile.column, input.columns}, accumulate ? 1.0f : 0.0f,
         dWeight.data + tile.row * dWeight.columns + tile.column, dWeight.columns);
    if (tile.column == 0) sumColumns(tile, dLoss_dZ, dBias, accumulate);
  });
}

}  // namespace cajal::cpu
