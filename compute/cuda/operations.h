#pragma once
// The operations of a step on a GPU, in the order of compute/cpu/operations.h, which is their specification.
// What each reads and writes stands in compute/core/operations.h. Each only enqueues; nothing here waits.

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include "compute/core/backend.h"

namespace cajal::cuda {

class Scratch;

// Where operations are enqueued: what a ThreadTeam is to the CPU. cuBLAS enqueues on the same stream.
struct Queue {
  cudaStream_t stream = nullptr;
  cublasHandle_t blas = nullptr;
  Scratch* scratch = nullptr;
  Precision precision = Precision::fp32;
};

// gather.cu
void run(const Queue&, const Gather&);

// dense.cpp
void run(const Queue&, const DenseForward&);
void run(const Queue&, const DenseBackwardInput&);
void run(const Queue&, const DenseBackwardParameters&);

// convolution.cu
void run(const Queue&, const ConvolutionForward&);
void run(const Queue&, const ConvolutionBackwardInput&);
void run(const Queue&, const ConvolutionBackwardParameters&);

// pool.cu
void run(const Queue&, const PoolForward&);
void run(const Queue&, const PoolBackward&);

// normalization.cu
void run(const Queue&, const BatchNormForward&);
void run(const Queue&, const BatchNormBackward&);
void run(const Queue&, const LayerNormForward&);
void run(const Queue&, const LayerNormBackward&);

// elements.cu
void run(const Queue&, const ApplyDropout&);
void run(const Queue&, const Add&);
void run(const Queue&, const Activate&);
void run(const Queue&, const MultiplyByDerivative&);

// head.cu. Scratch of the head: one partial sum a block, and how many blocks have left theirs. Zero before
// the first use, and zero again after each; in device memory.
struct HeadScratch {
  Statistics* partials = nullptr;      // (kMostHeadBlocks)
  unsigned* finishedBlocks = nullptr;  // (1)
};
inline constexpr std::size_t kMostHeadBlocks = 4096;

void run(const Queue&, const ActivateRows&);
void run(const Queue&, const ApplyHead&, const HeadScratch& scratch, Statistics* statistics);

// update.cu. `state` is in device memory, so that a captured step follows the sliders, and counts itself.
void setRules(const Queue& queue, const StepRules& rules, StepState* state);
void setClock(const Queue& queue, const StepClock& clock, StepState* state);
void tick(const Queue& queue, StepState* state);
// What an update has to know of the gradients as a whole; in device memory.
struct GradientFacts {
  double sumOfSquares = 0;
  std::uint64_t blocked = 0;  // updates, since the beginning
  bool isBlocked = false;     // the one at hand
};
// Floats that measureGradients() needs besides.
std::size_t measureScratchFloats(std::size_t count);
// `blockedOnHost` is pinned memory, which the GPU writes `blocked` to as well.
void measureGradients(const Queue& queue, StepState* state, const float* gradients, std::size_t count,
                      float* scratch, GradientFacts* facts, std::uint64_t* blockedOnHost);
// `facts` is null where nothing was measured.
void update(const Queue& queue, const StepState* state, const GradientFacts* facts,
            const UpdateArenas& arenas);
void moveAverage(const Queue& queue, const StepState* state, const float* parameters, float decay,
                 float* average, std::size_t count);

// cudaSuccess when this build holds code for the current device.
cudaError_t findKernels();

}  // namespace cajal::cuda
