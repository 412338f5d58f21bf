// Batch and layer normalisation: z = γ (x - μ) / √(σ² + ε) + β. Sums over the batch are taken tile by tile
// and added in the order of the tiles, in double: the same bits for any number of threads.
#include <algorithm>
#include <cmath>
#include <vector>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kRowsPerTile = 256;

std::size_t tileCount(std::size_t rows) {
  return (rows + kRowsPerTile - 1) / kRowsPerTile;
}

// Sums over the rows of a matrix with `columns` columns, `kinds` of them at once. `addRow(row, sums)` adds a
// row to (kinds, columns) floats, which hold no more than a tile's rows; the result is (kinds, columns).
template <typename AddRow>
std::vector<double>& sumOverRows(ThreadTeam& team, std::size_t rows, std::size_t columns, std::size_t kinds,
                                 AddRow&& addRow) {
  static thread_local std::vector<float> partialMemory;
  static thread_local std::vector<double> totalMemory;
  std::vector<float>& partials = partialMemory;
  std::vector<double>& totals = totalMemory;
  const std::size_t width = kinds * columns;
  partials.assign(tileCount(rows) * width, 0.0f);
  team.forEachTile(tileCount(rows), [&](std::size_t tile) {
    float* const sums = partials.data() + tile * width;
    for (std::size_t row = tile * kRowsPerTile; row < std::min(rows, (tile + 1) * kRowsPerTile); ++row) {
      addRow(row, sums);
    }
  });
  totals.assign(width, 0.0);
  for (std::size_t tile = 0; tile < tileCount(rows); ++tile) {
    for (std::size_t i = 0; i < width; ++i) totals[i] += static_cast<double>(partials[tile * width + i]);
  }
  return totals;
}

template <typename Work>
void forEachRow(ThreadTeam& team, std::size_t rows, Work&& work) {
  team.forEachTile(tileCount(rows), [&](std::size_t tile) {
    for (std::size_t row = tile * kRowsPerTile; row < std::min(rows, (tile + 1) * kRowsPerTile); ++row) {
      work(row);
    }
  });
}

float inverseDeviation(double variance) {
  return static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(kNormEpsilon)));
}

// Writes mean and 1/deviation of each column. Two passes: the differences from a known mean are small.
void measureColumns(ThreadTeam& team, const Matrix& x, float* mean, float* inverse) {
  const std::size_t columns = x.columns;
  const double share = 1.0 / static_cast<double>(x.rows);
  const std::vector<double>& sums = sumOverRows(team, x.rows, columns, 1, [&](std::size_t row, float* sum) {
    const float* values = x.data + row * columns;
    for (std::size_t c = 0; c < columns; ++c) sum[c] += values[c];
  });
  for (std::size_t c = 0; c < columns; ++c) mean[c] = static_cast<float>(sums[c] * share);
  const std::vector<double>& squares =
      sumOverRows(team, x.rows, columns, 1, [&](std::size_t row, float* sum) {
        const float* values = x.data + row * columns;
        for (std::size_t c = 0; c < columns; ++c) sum[c] += (values[c] - mean[c]) * (values[c] - mean[c]);
      });
  for (std::size_t c = 0; c < columns; ++c) inverse[c] = inverseDeviation(squares[c] * share);
}

// Towards the batch's, whose variance is taken without bias (as PyTorch does). A batch whose statistics are
// not finite leaves no trace: its update is blocked by whoever looks at the gradients, and nobody looks here.
void moveRunning(const RunningStatistics& running, const float* statistics, std::size_t columns,
                 std::size_t rows) {
  if (stayAsTheyAre(running)) return;
  const double unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1.0;
  for (std::size_t c = 0; c < columns; ++c) {
    const double inverse = static_cast<double>(statistics[columns + c]);
    const double variance = 1.0 / (inverse * inverse) - static_cast<double>(kNormEpsilon);
    if (!std::isfinite(statistics[c]) || !std::isfinite(variance)) continue;
    running.mean[c] += kRunningShare * (statistics[c] - running.mean[c]);
    running.variance[c] += kRunningShare * (static_cast<float>(variance * unbiased) - running.variance[c]);
  }
}

void store(float* target, double value, bool accumulate) {
  *target = static_cast<float>(value) + (accumulate ? *target : 0.0f);
}

}  // namespace

void run(ThreadTeam& team, const BatchNormForward& operation) {
  const auto& [input, parameters, running, batchStatistics, output] = operation;
  const std::size_t columns = input.columns;
  static thread_local std::vector<float> memory;
  std::vector<float>& factors = memory;  // (2, C): what a value is multiplied by, and what is added
  factors.resize(2 * columns);
  if (batchStatistics) measureColumns(team, input, batchStatistics, batchStatistics + columns);
  for (std::size_t c = 0; c < columns; ++c) {
    const float mean = batchStatistics ? batchStatistics[c] : running.mean[c];
    const float inverse = batchStatistics ? batchStatistics[columns + c]
                                          : inverseDeviation(static_cast<double>(running.variance[c]));
    factors[c] = parameters.scale[c] * inverse;
    factors[columns + c] = parameters.shift[c] - mean * factors[c];
  }
  const float *times = factors.data(), *plus = times + columns;
  forEachRow(team, input.rows, [&](std::size_t row) {
    const float* x = input.data + row * columns;
    float* z = output.data + row * columns;
    for (std::size_t c = 0; c < columns; ++c) z[c] = x[c] * times[c] + plus[c];
  });
}

void run(ThreadTeam& team, const BatchNormBackward& operation) {
  const auto& [input, parameters, batchStatistics, dLoss_dOutput, running, gradients, accumulate,
               dLoss_dInput] = operation;
  const std::size_t columns = input.columns;
  const float *mean = batchStatistics, *inverse = batchStatistics + columns;
  // Σ dz and Σ dz x̂ of each column
  const std::vector<double>& sums =
      sumOverRows(team, input.rows, columns, 2, [&](std::size_t row, float* sum) {
        const float *x = input.data + row * columns, *dz = dLoss_dOutput.data + row * columns;
        for (std::size_t c = 0; c < columns; ++c) {
          sum[c] += dz[c];
          sum[columns + c] += dz[c] * (x[c] - mean[c]) * inverse[c];
        }
      });
  for (std::size_t c = 0; c < columns; ++c) {
    store(gradients.shift + c, sums[c], accumulate);
    store(gradients.scale + c, sums[columns + c], accumulate);
  }
  moveRunning(running, batchStatistics, columns, input.rows);
  if (!dLoss_dInput) return;

  static thread_local std::vector<float> memory;
  std::vector<float>& means = memory;  // (2, C): of dz and of dz x̂
  means.resize(2 * columns);
  for (std::size_t i = 0; i < means.size(); ++i) {
    means[i] = static_cast<float>(sums[i] / static_cast<double>(input.rows));
  }
  const float *meanDz = means.data(), *meanDzX = meanDz + columns;
  forEachRow(team, input.rows, [&](std::size_t row) {
    const float *x = input.data + row * columns, *dz = dLoss_dOutput.data + row * columns;
    float* dx = dLoss_dInput->data + row * columns;
    for (std::size_t c = 0; c < columns; ++c) {
      const float normalized = (x[c] - mean[c]) * inverse[c];
      dx[c] = parameters.scale[c] * inverse[c] * (dz[c] - meanDz[c] - normalized * meanDzX[c]);
    }
  });
}

void run(ThreadTeam& team, const LayerNormForward& operation) {
  const auto& [input, parameters, rowStatistics, output] = operation;
  const std::size_t columns = input.columns;
  const double share = 1.0 / static_cast<double>(columns);
  forEachRow(team, input.rows, [&](std::size_t row) {
    const float* x = input.data + row * columns;
    float* z = output.data + row * columns;
    double sum = 0, squares = 0;
    for (std::size_t c = 0; c < columns; ++c) sum += static_cast<double>(x[c]);
    const auto mean = static_cast<float>(sum * share);
    for (std::size_t c = 0; c < columns; ++c) squares += static_cast<double>((x[c] - mean) * (x[c] - mean));
    const float inverse = inverseDeviation(squares * share);
    for (std::size_t c = 0; c < columns; ++c) {
      z[c] = (x[c] - mean) * inverse * parameters.scale[c] + parameters.shift[c];
    }
    rowStatistics[2 * row] = mean;
    rowStatistics[2 * row + 1] = inverse;
  });
}

void run(ThreadTeam& team, const LayerNormBackward& operation) {
  const auto& [input, parameters, rowStatistics, dLoss_dOutput, gradients, accumulate, dLoss_dInput] =
      operation;
  const std::size_t columns = input.columns;
  const std::vector<double>& sums =
      sumOverRows(team, input.rows, columns, 2, [&](std::size_t row, float* sum) {
        const float *x = input.data + row * columns, *dz = dLoss_dOutput.data + row * columns;
        const float mean = rowStatistics[2 * row], inverse = rowStatistics[2 * row + 1];
        for (std::size_t c = 0; c < columns; ++c) {
          sum[c] += dz[c];
          sum[columns + c] += dz[c] * (x[c] - mean) * inverse;
        }
      });
  for (std::size_t c = 0; c < columns; ++c) {
    store(gradients.shift + c, sums[c], accumulate);
    store(gradients.scale + c, sums[columns + c], accumulate);
  }
  if (!dLoss_dInput) return;

  const double share = 1.0 / static_cast<double>(columns);
  forEachRow(team, input.rows, [&](std::size_t row) {
    const float *x = input.data + row * columns, *dz = dLoss_dOutput.data + row * columns;
    float* dx = dLoss_dInput->data + row * columns;
    const float mean = rowStatistics[2 * row], inverse = rowStatistics[2 * row + 1];
    double sum = 0, sumX = 0;  // of γ dz, and of γ dz x̂
    for (std::size_t c = 0; c < columns; ++c) {
      const double gradient = static_cast<double>(parameters.scale[c] * dz[c]);
      sum += gradient;
      sumX += gradient * static_cast<double>((x[c] - mean) * inverse);
    }
    const auto meanDz = static_cast<float>(sum * share), meanDzX = static_cast<float>(sumX * share);
    for (std::size_t c = 0; c < columns; ++c) {
      dx[c] = inverse * (parameters.scale[c] * dz[c] - meanDz - (x[c] - mean) * inverse * meanDzX);
    }
  });
}

}  // namespace cajal::cpu
