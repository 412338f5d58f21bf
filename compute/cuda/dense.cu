// A dense layer: Y = f(X Wᵀ + b) and its two gradients. Row-major, (B, in), (out, in), (B, out).
//
// The products are cuBLAS's, in fp32; what follows one is a small kernel of ours. The alternative is
// cublasLt, whose epilogues fold bias and ReLU (and, backwards, ReLU's derivative and the bias gradient) into
// the product: three launches a layer fewer, but for ReLU alone and with a mask to carry from forward to
// backward. Nothing is summed with atomics, so that the same step gives the same bits.
#include "compute/cuda/check.h"
#include "compute/cuda/operations.h"
#include "compute/cuda/row_major.h"

namespace cajal::cuda {
namespace {

// y = f(z + bias), in place. output (B, out), `count` values; bias (out).
__global__ void addBiasAndActivateKernel(const float* __restrict__ bias, Activation activation,
                                         std::size_t count, std::size_t columns, float* __restrict__ output) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  output[i] = activate(activation, output[i] + bias[i % columns]);
}

// gradient ⊙ f'(y), in place. Both (B, in), `count` values; y is what the layer before put out.
__global__ void multiplyByDerivativeKernel(const float* __restrict__ y, Activation activation,
                                           std::size_t count, float* __restrict__ gradient) {
  const std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= count) return;
  gradient[i] *= derivativeFromOutput(activation, y[i]);
}

constexpr unsigned kSumColumns = 32;  // a warp reads 32 neighbouring columns at once
constexpr unsigned kSumRows = 8;      // and eight warps share the rows between them

// sums (columns) = Σ over the rows of matrix (rows, columns); overwrites, or adds where `accumulate`. The
// order of the additions depends on the shape alone.
__global__ void sumColumnsKernel(const float* __restrict__ matrix, std::size_t rows, std::size_t columns,
                                 bool accumulate, float* __restrict__ sums) {
  __shared__ float partials[kSumRows][kSumColumns];
  const std::size_t column = static_cast<std::size_t>(blockIdx.x) * kSumColumns + threadIdx.x;
  const bool isInside = column < columns;  // no early return: all threads meet at the barrier

  float sum = 0;
  for (std::size_t row = threadIdx.y; isInside && row < rows; row += kSumRows)
    sum += matrix[row * columns + column];
  partials[threadIdx.y][threadIdx.x] = sum;
  __syncthreads();

  if (threadIdx.y != 0 || !isInside) return;
  float total = accumulate ? sums[column] : 0.0f;
  for (unsigned part = 0; part < kSumRows; ++part) total += partials[part][threadIdx.x];
  sums[column] = total;
}

// ---------------------------------------------------------------------------------------------------------------

constexpr unsigned kThreads =
    256;  // eight warps: enough to hide a load, few enough that small layers fill SMs

unsigned blocksFor(std::size_t count, unsigned perBlock) {
  return static_cast<unsigned>(asInt((count + perBlock - 1) / perBlock, "a layer too large for one launch"));
}

int blasSize(std::size_t size) {
  return asInt(size, "a matrix too large for cuBLAS");
}

// C = op(A) op(B) + beta C, row-major (row_major.h).
void multiply(const Queue& queue, const RowMajorProduct& product, const float* a, const float* b, float beta,
              float* c) {
  const BlasProduct blas = blasProduct(product);
  const float alpha = 1.0f;
  check(cublasGemmEx(queue.blas, blas.transposeFirst ? CUBLAS_OP_T : CUBLAS_OP_N,
                     blas.transposeSecond ? CUBLAS_OP_T : CUBLAS_OP_N, blasSize(blas.m), blasSize(blas.n),
                     blasSize(blas.k), &alpha, b, CUDA_R_32F, blasSize(blas.leadingFirst), a, CUDA_R_32F,
                     blasSize(blas.leadingSecond), &beta, c, CUDA_R_32F, blasSize(blas.leadingResult),
                     CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
        "multiplying matrices");
}

}  // namespace

void denseForward(const Queue& queue, const Matrix& input, const Matrix& weight, const float* bias,
                  Activation activation, const Matrix& output) {
  // (B, out) = (B, in) · (out, in)ᵀ
  multiply(queue,
           {.transposeB = true, .rows = output.rows, .columns = output.columns, .summed = input.columns},
           input.data, weight.data, 0.0f, output.data);
  addBiasAndActivateKernel<<<blocksFor(output.count(), kThreads), kThreads, 0, queue.stream>>>(
      bias, activation, output.count(), output.columns, output.data);
  checkLaunch("adding biases");
}

void denseBackwardInput(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& weight, const Matrix& input,
                        Activation before, const Matrix& dLoss_dZBefore) {
  // (B, in) = (B, out) · (out, in)
  multiply(queue, {.rows = input.rows, .columns = input.columns, .summed = dLoss_dZ.columns}, dLoss_dZ.data,
           weight.data, 0.0f, dLoss_dZBefore.data);
  if (before == Activation::identity) return;  // its derivative is 1
  multiplyByDerivativeKernel<<<blocksFor(input.count(), kThreads), kThreads, 0, queue.stream>>>(
      input.data, before, input.count(), dLoss_dZBefore.data);
  checkLaunch("multiplying by a derivative");
}

void denseBackwardParameters(const Queue& queue, const Matrix& dLoss_dZ, const Matrix& input,
                             const Matrix& dWeight, float* dBias, bool accumulate) {
  // (out, in) = (B, out)ᵀ · (B, in)
  multiply(queue,
           {.transposeA = true, .rows = dWeight.rows, .columns = dWeight.columns, .summed = input.rows},
           dLoss_dZ.data, input.data, accumulate ? 1.0f : 0.0f, dWeight.data);
  sumColumnsKernel<<<blocksFor(dLoss_dZ.columns, kSumColumns), dim3(kSumColumns, kSumRows), 0,
                     queue.stream>>>(dLoss_dZ.data, dLoss_dZ.rows, dLoss_dZ.columns, accumulate, dBias);
  checkLaunch("summing bias gradients");
}

}  // namespace cajal::cuda
