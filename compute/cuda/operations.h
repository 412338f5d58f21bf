#pragma once
// The operations of a step on a GPU, in the order of compute/cpu/operations.h, which is their specification:
// who overwrites what stands in compute/core/backend.h. Each only enqueues; nothing here waits.

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include "compute/core/backend.h"

namespace cajal::cuda {

// Where operations are enqueued: what a ThreadTeam is to the CPU. cuBLAS enqueues on the same stream.
struct Queue {
  cudaStream_t stream = nullptr;
  cublasHandle_t blas = nullptr;
};

// gather.cu
void gather(const Queue& queue, const DeviceExamples& examples, const BatchSelection& selection,
            const Matrix& input, const Targets& targets);

// dense.cu
void denseForward(const Queue& queue, const Matrix& input, const Matrix& weight, const float* bias,
                  Activation activation, const Matrix& output);
void denseBackwardInput(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& weight, const Matrix& input,
                        Activation before, const Matrix& dLoss_dZBefore);
void denseBackwardParameters(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate);

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

// update.cu. The hyperparameters stand in device memory, so that a captured step follows the sliders: they
// are stored there only when they change. `updates` travels as an argument of the kernel.
void storeHyperparameters(const Queue& queue, const Hyperparameters& hyperparameters,
                          Hyperparameters* onDevice);
void update(const Queue& queue, const Hyperparameters* onDevice, std::uint64_t updates, float* parameters,
            const float* gradients, float* firstMoments, float* secondMoments, std::size_t count,
            std::size_t decayed);

// cudaSuccess when this build holds code for the current device.
cudaError_t findKernels();

}  // namespace cajal::cuda
