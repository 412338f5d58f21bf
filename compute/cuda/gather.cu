// Batches: rows of the data set, in shuffled order, as floats.
//
// examples (count, features) bytes or floats, labels (count) or targets (count, outputs), weights (count)
// → input (B, features) and targets (B), overwritten.
#include "compute/cuda/example_rows.h"
#include "compute/cuda/launch.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {
namespace {

__device__ std::size_t exampleAt(const BatchSelection& selection, std::size_t exampleCount,
                                 std::uint64_t position) {
  if (!selection.shuffled) return position % exampleCount;
  return shuffledExample(selection.seed, exampleCount, position);
}

// One block a row. Every thread computes which example it is: that is quicker than telling the others.
__global__ void gatherKernel(const ExampleRows examples, const BatchSelection selection,
                             float* __restrict__ input, const Targets targets) {
  const std::size_t row = blockIdx.x;
  const std::size_t example = exampleAt(selection, examples.count, firstExample(selection) + row);
  const std::size_t from = example * examples.features, to = row * examples.features;
  for (std::size_t f = threadIdx.x; f < examples.features; f += blockDim.x) {
    input[to + f] = valueAt(examples, from + f);
  }
  for (std::size_t o = threadIdx.x; examples.targets && o < examples.outputs; o += blockDim.x) {
    targets.values[row * examples.outputs + o] = examples.targets[example * examples.outputs + o];
  }
  if (threadIdx.x != 0) return;
  if (examples.labels) targets.labels[row] = examples.labels[example];
  if (examples.weights) targets.weights[row] = examples.weights[example];
}

// ---------------------------------------------------------------------------------------------------------------

constexpr int kThreadsPerRow =
    128;  // a digit's 784 values in seven strides; more would wait for the permutation

}  // namespace

void run(const Queue& queue, const Gather& operation) {
  const auto& [examples, selection, input, targets] = operation;
  if (selection.count == 0) return;
  launch(gatherKernel, {static_cast<unsigned>(selection.count), kThreadsPerRow}, queue.stream,
         "gathering a batch", rowsOf(examples), selection, input.data, targets);
}

cudaError_t findKernels() {
  cudaFuncAttributes attributes = {};
  const cudaError_t result = cudaFuncGetAttributes(&attributes, gatherKernel);
  static_cast<void>(cudaGetLastError());
  return result;
}

}  // namespace cajal::cuda
