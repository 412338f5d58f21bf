// Bias, activation and derivative, and the operations that are nothing but a loop over elements. One thread a
// value, but for the dropout, where eight neighbours share a block of random bits.
#include "compute/cuda/elements.h"

#include "compute/cuda/column_sums.h"
#include "compute/cuda/per_value.h"

namespace cajal::cuda {
namespace {

// output (rows, columns), in place, `count` values; bias (columns); z like output, or null.
__global__ void addBiasAndActivateKernel(const float* __restrict__ bias, Activation activation,
                                         unsigned count, unsigned columns, float* __restrict__ output,
                                         float* __restrict__ z) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const float value = output[i] + bias[i % columns];
  if (z) z[i] = value;
  output[i] = activate(activation, value);
}

// values: z → y in place; z like values, or null.
__global__ void activateKernel(Activation activation, unsigned count, float* __restrict__ values,
                               float* __restrict__ z) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const float value = values[i];
  if (z) z[i] = value;
  values[i] = activate(activation, value);
}

// target = source ⊙ f', or += ; not restrict: source may be target.
__global__ void multiplyByDerivativeKernel(const float* source, const ActivatedOutput before, unsigned count,
                                           bool accumulate, float* target) {
  const unsigned i = valueIndex();
  if (i >= count) return;
  const float z = needsPreActivation(before.activation) ? before.z[i] : 0.0f;
  const float y = before.activation == Activation::identity ? 0.0f : before.y[i];
  const float gradient = source[i] * derivative(before.activation, z, y);
  target[i] = accumulate ? target[i] + gradient : gradient;
}

__global__ void addKernel(const float* a, const float* b, unsigned count, float* output) {
  const unsigned i = valueIndex();
  if (i < count) output[i] = a[i] + b[i];
}

// One thread kDropoutBlock values.
__global__ void dropoutKernel(const DropoutMask asked, const float* input, std::uint64_t firstBlock,
                              unsigned count, float* output) {
  const unsigned at = valueIndex() * static_cast<unsigned>(kDropoutBlock);
  if (at >= count) return;
  const DropoutMask mask = atItsStep(asked);
  const DropoutBlock block = dropoutBlock(mask, firstBlock + valueIndex());
  const float scale = keptScale(mask);
  for (unsigned i = at; i < count && i < at + kDropoutBlock; ++i) {
    output[i] = block.keeps(i - at) ? input[i] * scale : 0.0f;
  }
}

struct ValueTerm {
  const float* matrix;
  std::size_t columns;
  __device__ void operator()(std::size_t row, std::size_t column, float* sums) const {
    sums[0] += matrix[row * columns + column];
  }
};

struct StoreSum {
  float* sums;
  bool accumulate;
  __device__ void operator()(std::size_t column, const double* totals) const {
    sums[column] = static_cast<float>(totals[0]) + (accumulate ? sums[column] : 0.0f);
  }
};

}  // namespace

// ---------------------------------------------------------------------------------------------------------------

void addBiasAndActivate(const Queue& queue, Activation activation, const float* bias, const Matrix& output,
                        float* z) {
  launch(addBiasAndActivateKernel, {blocksFor(output.count()), kThreads}, queue.stream, "adding biases", bias,
         activation, valueCount(output.count()), valueCount(output.columns), output.data, z);
}

void multiplyByDerivative(const Queue& queue, const ActivatedOutput& before, const Matrix& gradient) {
  if (before.activation == Activation::identity) return;  // its derivative is 1
  run(queue, MultiplyByDerivative{gradient, before, gradient, false});
}

void sumColumns(const Queue& queue, const Matrix& matrix, float* sums, bool accumulate) {
  float* const partials = queue.scratch->floats(sumScratch(matrix.rows, matrix.columns, 1));
  sumOverRows<1>(queue, matrix.rows, matrix.columns, partials, ValueTerm{matrix.data, matrix.columns},
                 StoreSum{sums, accumulate});
}

void run(const Queue& queue, const Activate& operation) {
  const auto& [activation, values, z] = operation;
  launch(activateKernel, {blocksFor(values.count()), kThreads}, queue.stream, "activating", activation,
         valueCount(values.count()), values.data, z);
}

void run(const Queue& queue, const MultiplyByDerivative& operation) {
  const auto& [source, before, target, accumulate] = operation;
  launch(multiplyByDerivativeKernel, {blocksFor(target.count()), kThreads}, queue.stream,
         "multiplying by a derivative", source.data, before, valueCount(target.count()), accumulate,
         target.data);
}

void run(const Queue& queue, const Add& operation) {
  const auto& [a, b, output] = operation;
  launch(addKernel, {blocksFor(output.count()), kThreads}, queue.stream, "adding two layers", a.data, b.data,
         valueCount(output.count()), output.data);
}

void run(const Queue& queue, const ApplyDropout& operation) {
  const auto& [mask, input, output] = operation;
  if (mask.rate == 0.0f) {
    check(cudaMemcpyAsync(output.data, input.data, input.count() * sizeof(float), cudaMemcpyDeviceToDevice,
                          queue.stream),
          "copying a layer");
    return;
  }
  const std::uint64_t firstBlock = std::uint64_t{mask.firstRow} * input.columns / kDropoutBlock;
  const std::size_t blocks = (output.count() + kDropoutBlock - 1) / kDropoutBlock;
  launch(dropoutKernel, {blocksFor(blocks), kThreads}, queue.stream, "dropping values", mask, input.data,
         firstBlock, valueCount(output.count()), output.data);
}

}  // namespace cajal::cuda
