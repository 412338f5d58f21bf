// Batch and layer normalisation: z = γ (x - μ) / √(σ² + ε) + β. Sums over the batch as column_sums.h says;
// a row's own sums by one block, in double as on the CPU.
//
// Batch: images (N, C), statistics (2, C). Layer: rows (B, n), statistics (B, 2). All results are
// overwritten, but for the gradients of scale and shift where `accumulate`.
#include <cmath>

#include "compute/cuda/column_sums.h"
#include "compute/cuda/per_value.h"

namespace cajal::cuda {
namespace {

__device__ float inverseDeviation(double variance) {
  return static_cast<float>(1.0 / sqrt(variance + static_cast<double>(kNormEpsilon)));
}

__device__ void store(float* target, double value, bool accumulate) {
  *target = static_cast<float>(value) + (accumulate ? *target : 0.0f);
}

// ---- over the batch ----

struct ValueTerm {
  const float* x;
  std::size_t columns;
  __device__ void operator()(std::size_t row, std::size_t column, float* sums) const {
    sums[0] += x[row * columns + column];
  }
};

struct StoreMean {
  float* mean;
  double share;  // 1 / N
  __device__ void operator()(std::size_t column, const double* totals) const {
    mean[column] = static_cast<float>(totals[0] * share);
  }
};

// From a known mean: the differences are small.
struct SquareTerm {
  const float* x;
  const float* mean;
  std::size_t columns;
  __device__ void operator()(std::size_t row, std::size_t column, float* sums) const {
    const float difference = x[row * columns + column] - mean[column];
    sums[0] += difference * difference;
  }
};

struct StoreInverse {
  float* inverse;
  double share;
  __device__ void operator()(std::size_t column, const double* totals) const {
    inverse[column] = inverseDeviation(totals[0] * share);
  }
};

// factors (2, C): what a value is multiplied by, and what is added. `statistics` may be null: then the
// running ones are used.
__global__ void normFactorsKernel(const ScaleAndShift parameters, const RunningStatistics running,
                                  const float* statistics, unsigned columns, float* factors) {
  const unsigned c = valueIndex();
  if (c >= columns) return;
  const float mean = statistics ? statistics[c] : running.mean[c];
  const float inverse =
      statistics ? statistics[columns + c] : inverseDeviation(static_cast<double>(running.variance[c]));
  factors[c] = parameters.scale[c] * inverse;
  factors[columns + c] = parameters.shift[c] - mean * factors[c];
}

__global__ void applyFactorsKernel(const float* __restrict__ x, const float* __restrict__ factors,
                                   unsigned columns, unsigned count, float* __restrict__ z) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const unsigned c = i % columns;
  z[i] = x[i] * factors[c] + factors[columns + c];
}

// dz and dz x̂
struct BatchGradientTerm {
  const float *x, *dz, *statistics;
  std::size_t columns;
  __device__ void operator()(std::size_t row, std::size_t column, float* sums) const {
    const float gradient = dz[row * columns + column], mean = statistics[column];
    sums[0] += gradient;
    sums[1] += gradient * (x[row * columns + column] - mean) * statistics[columns + column];
  }
};

// Gradients of scale and shift, the means (2, C) that the input's gradient wants, and the running statistics,
// moved towards the batch's, whose variance is taken without bias (as PyTorch does), where they are finite.
struct StoreBatchGradients {
  ScaleAndShift gradients;
  bool accumulate;
  float* means;
  RunningStatistics running;
  const float* statistics;
  std::size_t rows, columns;

  __device__ void operator()(std::size_t column, const double* totals) const {
    store(gradients.shift + column, totals[0], accumulate);
    store(gradients.scale + column, totals[1], accumulate);
    means[column] = static_cast<float>(totals[0] / static_cast<double>(rows));
    means[columns + column] = static_cast<float>(totals[1] / static_cast<double>(rows));
    moveRunning(column);
  }

  __device__ void moveRunning(std::size_t c) const {
    const double unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1.0;
    const double inverse = static_cast<double>(statistics[columns + c]);
    const double variance = 1.0 / (inverse * inverse) - static_cast<double>(kNormEpsilon);
    if (stayAsTheyAre(running) || !std::isfinite(statistics[c]) || !std::isfinite(variance)) return;
    running.mean[c] += kRunningShare * (statistics[c] - running.mean[c]);
    running.variance[c] += kRunningShare * (static_cast<float>(variance * unbiased) - running.variance[c]);
  }
};

__global__ void batchNormInputGradientKernel(const float* x, const float* scale, const float* statistics,
                                             const float* dz, const float* means, unsigned columns,
                                             unsigned count, float* dx) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const unsigned c = i % columns;
  const float inverse = statistics[columns + c], normalized = (x[i] - statistics[c]) * inverse;
  dx[i] = scale[c] * inverse * (dz[i] - means[c] - normalized * means[columns + c]);
}

// ---- over the example ----

constexpr unsigned kRowThreads = 128;  // of the one block a row has; a power of two, as halving sums wants

// The sum of every thread's value, known to all of them; added in the same order every time.
__device__ double sumOverBlock(double value, double* shares) {
  __syncthreads();  // whoever still reads the sum before
  shares[threadIdx.x] = value;
  __syncthreads();
  for (unsigned half = kRowThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) shares[threadIdx.x] += shares[threadIdx.x + half];
    __syncthreads();
  }
  return shares[0];
}

__global__ void layerNormForwardKernel(const float* __restrict__ input, const ScaleAndShift parameters,
                                       std::size_t columns, float* __restrict__ rowStatistics,
                                       float* __restrict__ output) {
  __shared__ double shares[kRowThreads];
  const std::size_t row = blockIdx.x;
  const float* x = input + row * columns;
  float* z = output + row * columns;
  const double share = 1.0 / static_cast<double>(columns);

  double sum = 0, squares = 0;
  for (std::size_t c = threadIdx.x; c < columns; c += kRowThreads) sum += static_cast<double>(x[c]);
  const auto mean = static_cast<float>(sumOverBlock(sum, shares) * share);
  for (std::size_t c = threadIdx.x; c < columns; c += kRowThreads) {
    squares += static_cast<double>((x[c] - mean) * (x[c] - mean));
  }
  const float inverse = inverseDeviation(sumOverBlock(squares, shares) * share);
  for (std::size_t c = threadIdx.x; c < columns; c += kRowThreads) {
    z[c] = (x[c] - mean) * inverse * parameters.scale[c] + parameters.shift[c];
  }
  if (threadIdx.x != 0) return;
  rowStatistics[2 * row] = mean;
  rowStatistics[2 * row + 1] = inverse;
}

// dz and dz x̂
struct LayerGradientTerm {
  const float *x, *dz, *rowStatistics;
  std::size_t columns;
  __device__ void operator()(std::size_t row, std::size_t column, float* sums) const {
    const float gradient = dz[row * columns + column], mean = rowStatistics[2 * row];
    sums[0] += gradient;
    sums[1] += gradient * (x[row * columns + column] - mean) * rowStatistics[2 * row + 1];
  }
};

struct StoreLayerGradients {
  ScaleAndShift gradients;
  bool accumulate;
  __device__ void operator()(std::size_t column, const double* totals) const {
    store(gradients.shift + column, totals[0], accumulate);
    store(gradients.scale + column, totals[1], accumulate);
  }
};

__global__ void layerNormInputGradientKernel(const float* __restrict__ input, const float* __restrict__ scale,
                                             const float* __restrict__ rowStatistics,
                                             const float* __restrict__ dOutput, std::size_t columns,
                                             float* __restrict__ dInput) {
  __shared__ double shares[kRowThreads];
  const std::size_t row = blockIdx.x;
  const float *x = input + row * columns, *dz = dOutput + row * columns;
  float* dx = dInput + row * columns;
  const float mean = rowStatistics[2 * row], inverse = rowStatistics[2 * row + 1];
  const double share = 1.0 / static_cast<double>(columns);

  double sum = 0, sumX = 0;  // of γ dz, and of γ dz x̂
  for (std::size_t c = threadIdx.x; c < columns; c += kRowThreads) {
    const double gradient = static_cast<double>(scale[c] * dz[c]);
    sum += gradient;
    sumX += gradient * static_cast<double>((x[c] - mean) * inverse);
  }
  const auto meanDz = static_cast<float>(sumOverBlock(sum, shares) * share);
  const auto meanDzX = static_cast<float>(sumOverBlock(sumX, shares) * share);
  for (std::size_t c = threadIdx.x; c < columns; c += kRowThreads) {
    dx[c] = inverse * (scale[c] * dz[c] - meanDz - (x[c] - mean) * inverse * meanDzX);
  }
}

// Writes mean and 1/deviation of each column, in two passes.
void measureColumns(const Queue& queue, const Matrix& x, float* mean, float* inverse, float* partials) {
  const double share = 1.0 / static_cast<double>(x.rows);
  sumOverRows<1>(queue, x.rows, x.columns, partials, ValueTerm{x.data, x.columns}, StoreMean{mean, share});
  sumOverRows<1>(queue, x.rows, x.columns, partials, SquareTerm{x.data, mean, x.columns},
                 StoreInverse{inverse, share});
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------

void run(const Queue& queue, const BatchNormForward& operation) {
  const auto& [input, parameters, running, batchStatistics, output] = operation;
  const std::size_t columns = input.columns, partials = sumScratch(input.rows, columns, 1);
  float* const scratch = queue.scratch->floats(partials + 2 * columns);
  float* const factors = scratch + partials;
  if (batchStatistics) measureColumns(queue, input, batchStatistics, batchStatistics + columns, scratch);
  launch(normFactorsKernel, {blocksFor(columns), kThreads}, queue.stream, "preparing a batch normalisation",
         parameters, running, batchStatistics, valueCount(columns), factors);
  launch(applyFactorsKernel, {blocksFor(input.count()), kThreads}, queue.stream, "normalising a batch",
         input.data, factors, valueCount(columns), valueCount(input.count()), output.data);
}

void run(const Queue& queue, const BatchNormBackward& operation) {
  const auto& [input, parameters, batchStatistics, dLoss_dOutput, running, gradients, accumulate,
               dLoss_dInput] = operation;
  const std::size_t columns = input.columns, partials = sumScratch(input.rows, columns, 2);
  float* const scratch = queue.scratch->floats(partials + 2 * columns);
  float* const means = scratch + partials;
  sumOverRows<2>(
      queue, input.rows, columns, scratch,
      BatchGradientTerm{input.data, dLoss_dOutput.data, batchStatistics, columns},
      StoreBatchGradients{gradients, accumulate, means, running, batchStatistics, input.rows, columns});
  if (!dLoss_dInput) return;
  launch(batchNormInputGradientKernel, {blocksFor(input.count()), kThreads}, queue.stream,
         "handing gradients back through a batch normalisation", input.data, parameters.scale,
         batchStatistics, dLoss_dOutput.data, means, valueCount(columns), valueCount(input.count()),
         dLoss_dInput->data);
}

void run(const Queue& queue, const LayerNormForward& operation) {
  const auto& [input, parameters, rowStatistics, output] = operation;
  launch(layerNormForwardKernel, {valueCount(input.rows), kRowThreads}, queue.stream, "normalising examples",
         input.data, parameters, input.columns, rowStatistics, output.data);
}

void run(const Queue& queue, const LayerNormBackward& operation) {
  const auto& [input, parameters, rowStatistics, dLoss_dOutput, gradients, accumulate, dLoss_dInput] =
      operation;
  const std::size_t columns = input.columns;
  float* const partials = queue.scratch->floats(sumScratch(input.rows, columns, 2));
  sumOverRows<2>(queue, input.rows, columns, partials,
                 LayerGradientTerm{input.data, dLoss_dOutput.data, rowStatistics, columns},
                 StoreLayerGradients{gradients, accumulate});
  if (!dLoss_dInput) return;
  launch(layerNormInputGradientKernel, {valueCount(input.rows), kRowThreads}, queue.stream,
         "handing gradients back through a layer normalisation", input.data, parameters.scale, rowStatistics,
         dLoss_dOutput.data, columns, dLoss_dInput->data);
}

}  // namespace cajal::cuda
