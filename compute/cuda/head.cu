// The head: output activation, loss, and the gradient that starts the backward pass. One row a thread.
//
// output (B, C): z on entry, y on return. dLoss_dZ (B, C) overwritten when given. statistics: added to. The
// sums are taken in the order of the rows, block by block as the CPU takes them tile by tile, so that the
// same step gives the same loss to the last bit.
#include <algorithm>

#include "compute/cuda/launch.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {
namespace {

constexpr unsigned kRowsPerBlock = 32;  // one warp, and the CPU's tile: partial sums of the same rows

__global__ void activateRowsKernel(Activation activation, std::size_t rows, std::size_t classes,
                                   float* output) {
  const std::size_t row = static_cast<std::size_t>(blockIdx.x) * kRowsPerBlock + threadIdx.x;
  if (row >= rows) return;
  activateRow(activation, output + row * classes, classes);
}

struct HeadArguments {
  Head head;
  float inverseBatch;
  std::size_t rows, classes;
  float* output;
  Targets targets;
  float* dLoss_dZ;  // or null
};

__device__ void add(Statistics& sum, const Statistics& part) {
  sum.loss += part.loss;
  sum.correct += part.correct;
  sum.count += part.count;
}

// Past the first-level cache: another block, on another multiprocessor, has written it.
__device__ Statistics readFresh(const Statistics& from) {
  Statistics value;
  value.loss = __ldcg(&from.loss);
  value.correct = __ldcg(&from.correct);
  value.count = __ldcg(&from.count);
  return value;
}

// Called by one thread a block. The block that finishes last adds all the partial sums up, in their order.
__device__ void leavePartialSum(const Statistics& sum, const HeadScratch& scratch, Statistics* statistics) {
  scratch.partials[blockIdx.x] = sum;
  __threadfence();  // the partial sum is seen by whoever sees the count
  if (atomicAdd(scratch.finishedBlocks, 1u) + 1 != gridDim.x) return;
  __threadfence();
  Statistics total = *statistics;
  for (unsigned block = 0; block < gridDim.x; ++block) add(total, readFresh(scratch.partials[block]));
  *statistics = total;
  *scratch.finishedBlocks = 0;
}

__global__ void headKernel(const HeadArguments a, const HeadScratch scratch, Statistics* statistics) {
  __shared__ RowResult results[kRowsPerBlock];
  const std::size_t first = static_cast<std::size_t>(blockIdx.x) * kRowsPerBlock;
  const std::size_t row = first + threadIdx.x;
  if (row < a.rows) {
    float* gradient = a.dLoss_dZ ? a.dLoss_dZ + row * a.classes : nullptr;
    results[threadIdx.x] = headRow(a.head, a.output + row * a.classes, a.classes,
                                   rowTarget(a.targets, row, a.classes), gradient, a.inverseBatch);
  }
  __syncthreads();

  if (threadIdx.x != 0) return;
  Statistics sum;
  for (std::size_t i = 0; i < kRowsPerBlock && first + i < a.rows; ++i) {
    add(sum, {static_cast<double>(results[i].loss), results[i].correct ? 1u : 0u, 1});
  }
  leavePartialSum(sum, scratch, statistics);
}

// ---------------------------------------------------------------------------------------------------------------

unsigned blocksFor(std::size_t rows) {
  return static_cast<unsigned>((rows + kRowsPerBlock - 1) / kRowsPerBlock);
}

// The targets from row `first` on.
Targets rowsFrom(const Targets& targets, std::size_t first, std::size_t outputs) {
  return {targets.labels ? targets.labels + first : nullptr,
          targets.values ? targets.values + first * outputs : nullptr,
          targets.weights ? targets.weights + first : nullptr};
}

}  // namespace

void run(const Queue& queue, const ActivateRows& operation) {
  const auto& [activation, output] = operation;
  if (output.rows == 0) return;
  launch(activateRowsKernel, {blocksFor(output.rows), kRowsPerBlock}, queue.stream, "activating outputs",
         activation, output.rows, output.columns, output.data);
}

void run(const Queue& queue, const ApplyHead& operation, const HeadScratch& scratch, Statistics* statistics) {
  const auto& [head, output, targets, dLoss_dZ, inverseBatch, slot] = operation;
  // One launch for every batch there is in practice; the scratch has an end, so very large ones take several.
  constexpr std::size_t kMostRows = kMostHeadBlocks * kRowsPerBlock;
  for (std::size_t done = 0; done < output.rows; done += kMostRows) {
    const std::size_t rows = std::min(kMostRows, output.rows - done), offset = done * output.columns;
    const HeadArguments arguments = {head,
                                     inverseBatch,
                                     rows,
                                     output.columns,
                                     output.data + offset,
                                     rowsFrom(targets, done, output.columns),
                                     dLoss_dZ ? dLoss_dZ->data + offset : nullptr};
    launch(headKernel, {blocksFor(rows), kRowsPerBlock}, queue.stream, "computing the loss", arguments,
           scratch, statistics);
  }
}

}  // namespace cajal::cuda
