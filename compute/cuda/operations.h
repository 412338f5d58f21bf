#pragma once
// The operations of a step on a GPU, in the order of compute/cpu/operations.h, which is their specification:
// who overwrites what stands in compute/core/backend.h. Each only enqueues; nothing here waits.

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
void gather(const Queue& queue, const DeviceExamples& examples, const BatchSelection& selection,
            const Matrix& input, const Targets& targets);

// dense.cpp
void denseForward(const Queue& queue, const Matrix& input, const Matrix& weight, const float* bias,
                  Activation activation, const Matrix& output, float* z);
void denseBackwardInput(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& weight,
                        const ActivatedOutput& before, const Matrix& dLoss_dZBefore);
void denseBackwardParameters(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate);

// convolution.cu
void convolutionForward(const Queue& queue, const Convolution& convolution, const Matrix& input,
                        const Matrix& weight, const float* bias, Activation activation, const Matrix& output,
                        float* z);
void convolutionBackwardInput(const Queue& queue, const Convolution& convolution, const Matrix& dLoss_dZ,
                              const Matrix& weight, const ActivatedOutput& before,
                              const Matrix& dLoss_dZBefore);
void convolutionBackwardParameters(const Queue& queue, const Convolution& convolution, const Matrix& dLoss_dZ,
                                   const Matrix& input, const Matrix& dWeight, float* dBias, bool accumulate);

// pool.cu
void poolForward(const Queue& queue, const Pooling& pooling, const Matrix& input, const Matrix& output);
void poolBackward(const Queue& queue, const Pooling& pooling, const Matrix& input,
                  const Matrix& dLoss_dOutput, const Matrix& dLoss_dInput);

// normalization.cu
void batchNormForward(const Queue& queue, const Matrix& input, const ScaleAndShift& parameters,
                      const RunningStatistics& running, float* batchStatistics, const Matrix& output);
void batchNormBackward(const Queue& queue, const Matrix& input, const ScaleAndShift& parameters,
                       const float* batchStatistics, const Matrix& dLoss_dOutput,
                       const RunningStatistics& running, const ScaleAndShift& gradients, bool accumulate,
                       const Matrix* dLoss_dInput);
void layerNormForward(const Queue& queue, const Matrix& input, const ScaleAndShift& parameters,
                      float* rowStatistics, const Matrix& output);
void layerNormBackward(const Queue& queue, const Matrix& input, const ScaleAndShift& parameters,
                       const float* rowStatistics, const Matrix& dLoss_dOutput,
                       const ScaleAndShift& gradients, bool accumulate, const Matrix* dLoss_dInput);

// elements.cu
void dropout(const Queue& queue, const DropoutMask& mask, const Matrix& input, const Matrix& output);
void add(const Queue& queue, const Matrix& a, const Matrix& b, const Matrix& output);
void activate(const Queue& queue, Activation activation, const Matrix& values, float* z);
void multiplyByDerivative(const Queue& queue, const Matrix& source, const ActivatedOutput& before,
                          const Matrix& target, bool accumulate);

// head.cu. Scratch of the head: one partial sum a block, and how many blocks have left theirs. Zero before
// the first use, and zero again after each; in device memory.
struct HeadScratch {
  Statistics* partials = nullptr;      // (kMostHeadBlocks)
  unsigned* finishedBlocks = nullptr;  // (1)
};
inline constexpr std::size_t kMostHeadBlocks = 4096;

void activateRows(const Queue& queue, Activation activation, const Matrix& output);
void head(const Queue& queue, const Head& head, const Matrix& output, const Targets& targets,
          const Matrix* dLoss_dZ, float inverseBatch, const HeadScratch& scratch, Statistics* statistics);

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
