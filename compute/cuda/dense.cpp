// A dense layer: Y = f(X Wᵀ + b) and its two gradients. Row-major, (B, in), (out, in), (B, out).
//
// The products are cuBLAS's, in fp32; what follows one is a small kernel of ours. The alternative is
// cublasLt, whose epilogues fold bias and ReLU (and, backwards, ReLU's derivative and the bias gradient) into
// the product: three launches a layer fewer, but for ReLU alone and with a mask to carry from forward to
// backward. Nothing is summed with atomics, so that the same step gives the same bits.
#include "compute/cuda/elements.h"
#include "compute/cuda/gemm.h"

namespace cajal::cuda {

void run(const Queue& queue, const DenseForward& operation) {
  const auto& [input, weight, bias, activation, output, z] = operation;
  // (B, out) = (B, in) · (out, in)ᵀ
  gemm(queue, {.transposeB = true, .rows = output.rows, .columns = output.columns, .summed = input.columns},
       input.data, weight.data, 0.0f, output.data);
  addBiasAndActivate(queue, activation, bias, output, z);
}

void run(const Queue& queue, const DenseBackwardInput& operation) {
  const auto& [dLoss_dZ, weight, before, dLoss_dZBefore] = operation;
  // (B, in) = (B, out) · (out, in)
  gemm(queue, {.rows = dLoss_dZBefore.rows, .columns = dLoss_dZBefore.columns, .summed = dLoss_dZ.columns},
       dLoss_dZ.data, weight.data, 0.0f, dLoss_dZBefore.data);
  multiplyByDerivative(queue, before, dLoss_dZBefore);
}

void run(const Queue& queue, const DenseBackwardParameters& operation) {
  const auto& [dLoss_dZ, input, dWeight, dBias, accumulate] = operation;
  // (out, in) = (B, out)ᵀ · (B, in)
  gemm(queue, {.transposeA = true, .rows = dWeight.rows, .columns = dWeight.columns, .summed = input.rows},
       dLoss_dZ.data, input.data, accumulate ? 1.0f : 0.0f, dWeight.data);
  sumColumns(queue, dLoss_dZ, dBias, accumulate);
}

}  // namespace cajal::cuda
