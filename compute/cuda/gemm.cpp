#include "compute/cuda/gemm.h"

#include "compute/cuda/check.h"

namespace cajal::cuda {
namespace {

int blasSize(std::size_t size) {
  return asInt(size, "a matrix too large for cuBLAS");
}

cublasOperation_t operation(bool isTransposed) {
  return isTransposed ? CUBLAS_OP_T : CUBLAS_OP_N;
}

// cuBLAS rounds what it reads, and adds up in fp32 either way.
cublasComputeType_t computeType(Precision precision) {
  switch (precision) {
    case Precision::tf32: return CUBLAS_COMPUTE_32F_FAST_TF32;
    case Precision::bf16: return CUBLAS_COMPUTE_32F_FAST_16BF;
    case Precision::fp32: break;
  }
  return CUBLAS_COMPUTE_32F;
}

}  // namespace

void gemm(const Queue& queue, const RowMajorProduct& product, const float* a, const float* b, float beta,
          float* c, const Repetition& repetition) {
  const BlasProduct p = blasProduct(product);
  const float alpha = 1.0f;
  const int m = blasSize(p.m), n = blasSize(p.n), k = blasSize(p.k);
  const int first = blasSize(p.leadingFirst), second = blasSize(p.leadingSecond);
  const int result = blasSize(p.leadingResult);
  const auto opFirst = operation(p.transposeFirst), opSecond = operation(p.transposeSecond);
  const cublasComputeType_t type = computeType(queue.precision);
  if (repetition.count == 1) {
    check(cublasGemmEx(queue.blas, opFirst, opSecond, m, n, k, &alpha, b, CUDA_R_32F, first, a, CUDA_R_32F,
                       second, &beta, c, CUDA_R_32F, result, type, CUBLAS_GEMM_DEFAULT),
          "multiplying matrices");
  } else {
    check(cublasGemmStridedBatchedEx(queue.blas, opFirst, opSecond, m, n, k, &alpha, b, CUDA_R_32F, first,
                                     static_cast<long long>(repetition.b), a, CUDA_R_32F, second,
                                     static_cast<long long>(repetition.a), &beta, c, CUDA_R_32F, result,
                                     static_cast<long long>(repetition.c), blasSize(repetition.count), type,
                                     CUBLAS_GEMM_DEFAULT),
          "multiplying groups of matrices");
  }
}

}  // namespace cajal::cuda
