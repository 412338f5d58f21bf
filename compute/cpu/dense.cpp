// A dense layer: Y = f(X Wᵀ + b) and its two gradients.
//
// Each product is cut into tiles of its result (never along the summed dimension), each tile is one GEMM on
// one thread, and what follows the product (bias, activation, derivative) is done while the tile is in cache.
#include <algorithm>

#include "compute/cpu/elements.h"
#include "compute/cpu/gemm.h"
#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

// How a result is cut. Fixed by its shape alone: the number of threads must not change a bit.
class Tiling {
 public:
  // Tall results are cut by rows, wide ones by columns; 32 columns keep the GEMM's inner kernel full, and
  // less than kSmallestTile multiply-adds are not worth waking a thread for.
  Tiling(std::size_t rows, std::size_t columns, std::size_t summed) : m_rows(rows), m_columns(columns) {
    const std::size_t wanted =
        std::clamp<std::size_t>(rows * columns * summed / kSmallestTile, 1, kMostTiles);
    if (rows >= kTall) {
      m_tileRows = roundUp((rows + wanted - 1) / wanted, 32);
      m_tileColumns = columns;
    } else {
      m_tileRows = rows;
      m_tileColumns = roundUp((columns + wanted - 1) / wanted, 32);
    }
    m_perRow = (columns + m_tileColumns - 1) / m_tileColumns;
    m_count = m_perRow * ((rows + m_tileRows - 1) / m_tileRows);
  }

  std::size_t count() const { return m_count; }

  Tile operator[](std::size_t index) const {
    const std::size_t row = index / m_perRow * m_tileRows, column = index % m_perRow * m_tileColumns;
    return {row, std::min(m_tileRows, m_rows - row), column, std::min(m_tileColumns, m_columns - column)};
  }

 private:
  static constexpr std::size_t kSmallestTile = 200'000;  // multiply-adds, about 2 µs on one core
  static constexpr std::size_t kMostTiles = 8;
  static constexpr std::size_t kTall = 64;  // rows

  static std::size_t roundUp(std::size_t value, std::size_t step) { return (value + step - 1) / step * step; }

  std::size_t m_rows, m_columns, m_tileRows = 0, m_tileColumns = 0, m_perRow = 1, m_count = 1;
};

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

void denseForward(ThreadTeam& team, const Matrix& input, const Matrix& weight, const float* bias,
                  Activation activation, const Matrix& output, float* z) {
  const Tiling tiling(output.rows, output.columns, input.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(tile.rows, tile.columns, input.columns, {input.data + tile.row * input.columns, input.columns},
         {weight.data + tile.column * weight.columns, weight.columns, true}, 0.0f,
         output.data + tile.row * output.columns + tile.column, output.columns);
    addBiasAndActivate(activation, tile, bias, output, z);
  });
}

void denseBackwardInput(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& weight,
                        const ActivatedOutput& before, const Matrix& dLoss_dZBefore) {
  const Tiling tiling(dLoss_dZBefore.rows, dLoss_dZBefore.columns, dLoss_dZ.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(tile.rows, tile.columns, dLoss_dZ.columns,
         {dLoss_dZ.data + tile.row * dLoss_dZ.columns, dLoss_dZ.columns},
         {weight.data + tile.column, weight.columns}, 0.0f,
         dLoss_dZBefore.data + tile.row * dLoss_dZBefore.columns + tile.column, dLoss_dZBefore.columns);
    multiplyByDerivative(before, tile, dLoss_dZBefore);
  });
}

void denseBackwardParameters(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate) {
  const Tiling tiling(dWeight.rows, dWeight.columns, input.rows);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(tile.rows, tile.columns, input.rows, {dLoss_dZ.data + tile.row, dLoss_dZ.columns, true},
         {input.data + tile.column, input.columns}, accumulate ? 1.0f : 0.0f,
         dWeight.data + tile.row * dWeight.columns + tile.column, dWeight.columns);
    if (tile.column == 0) sumColumns(tile, dLoss_dZ, dBias, accumulate);
  });
}

}  // namespace cajal::cpu
