// A dense layer: Y = f(X Wᵀ + b) and its two gradients.
//
// Each product is cut into tiles of its result (never along the summed dimension), each tile is one oneDNN
// GEMM on one thread, and what follows the product (bias, activation, derivative) is done while the tile is
// in cache.
#include <dnnl.h>
#include <omp.h>

#include <algorithm>

#include "compute/cpu/operations.h"
#include "engine/base/error.h"

namespace cajal::cpu {
namespace {

// A tile of a result: rows [row, row + rows), columns [column, column + columns).
struct Tile {
  std::size_t row, rows, column, columns;
};

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

// C = A B + beta C on this thread, row-major; `transposeX` says that X is stored the other way round.
void gemm(bool transposeA, bool transposeB, std::size_t rows, std::size_t columns, std::size_t summed,
          const float* a, std::size_t strideA, const float* b, std::size_t strideB, float beta, float* c,
          std::size_t strideC) {
  // oneDNN would start threads of its own; the team is the only one who splits work.
  static thread_local const bool alone = (omp_set_num_threads(1), true);
  static_cast<void>(alone);
  const auto size = [](std::size_t value) { return static_cast<dnnl_dim_t>(value); };
  const dnnl_status_t status =
      dnnl_sgemm(transposeA ? 'T' : 'N', transposeB ? 'T' : 'N', size(rows), size(columns), size(summed),
                 1.0f, a, size(strideA), b, size(strideB), beta, c, size(strideC));
  if (status != dnnl_success) std::abort();  // sizes were checked above; only out of memory is left
}

template <typename Formula>
void forEachElement(const Tile& tile, const Matrix& matrix, Formula&& formula) {
  for (std::size_t row = tile.row; row < tile.row + tile.rows; ++row) {
    float* values = matrix.data + row * matrix.columns;
    for (std::size_t column = tile.column; column < tile.column + tile.columns; ++column) {
      values[column] = formula(values[column], row, column);
    }
  }
}

// y = f(z + bias), for one activation that the compiler can see.
template <Activation activation>
void addBiasAndActivate(const Tile& tile, const float* bias, const Matrix& output) {
  forEachElement(tile, output, [&](float z, std::size_t, std::size_t column) {
    return activate(activation, z + bias[column]);
  });
}

template <Activation activation>
void multiplyByDerivative(const Tile& tile, const Matrix& input, const Matrix& gradient) {
  forEachElement(tile, gradient, [&](float value, std::size_t row, std::size_t column) {
    return value * derivativeFromOutput(activation, input.data[row * input.columns + column]);
  });
}

// Calls `function.template operator()<activation>()` with the activation as a constant.
template <typename Function>
void withActivation(Activation activation, Function&& function) {
  switch (activation) {
    case Activation::sigmoid: return function.template operator()<Activation::sigmoid>();
    case Activation::tanh: return function.template operator()<Activation::tanh>();
    case Activation::relu: return function.template operator()<Activation::relu>();
    default: return function.template operator()<Activation::identity>();
  }
}

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
                  Activation activation, const Matrix& output) {
  const Tiling tiling(output.rows, output.columns, input.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(false, true, tile.rows, tile.columns, input.columns, input.data + tile.row * input.columns,
         input.columns, weight.data + tile.column * weight.columns, weight.columns, 0.0f,
         output.data + tile.row * output.columns + tile.column, output.columns);
    withActivation(activation, [&]<Activation known>() { addBiasAndActivate<known>(tile, bias, output); });
  });
}

void denseBackwardInput(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& weight, const Matrix& input,
                        Activation before, const Matrix& dLoss_dZBefore) {
  const Tiling tiling(dLoss_dZBefore.rows, dLoss_dZBefore.columns, dLoss_dZ.columns);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(false, false, tile.rows, tile.columns, dLoss_dZ.columns, dLoss_dZ.data + tile.row * dLoss_dZ.columns,
         dLoss_dZ.columns, weight.data + tile.column, weight.columns, 0.0f,
         dLoss_dZBefore.data + tile.row * dLoss_dZBefore.columns + tile.column, dLoss_dZBefore.columns);
    withActivation(before,
                   [&]<Activation known>() { multiplyByDerivative<known>(tile, input, dLoss_dZBefore); });
  });
}

void denseBackwardParameters(ThreadTeam& team, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate) {
  const Tiling tiling(dWeight.rows, dWeight.columns, input.rows);
  team.forEachTile(tiling.count(), [&](std::size_t index) {
    const Tile tile = tiling[index];
    gemm(true, false, tile.rows, tile.columns, input.rows, dLoss_dZ.data + tile.row, dLoss_dZ.columns,
         input.data + tile.column, input.columns, accumulate ? 1.0f : 0.0f,
         dWeight.data + tile.row * dWeight.columns + tile.column, dWeight.columns);
    if (tile.column == 0) sumColumns(tile, dLoss_dZ, dBias, accumulate);
  });
}

}  // namespace cajal::cpu
