#pragma once
// Matrix products: cuBLAS's, in the queue's precision, told row-major as row_major.h says.

#include "compute/cuda/operations.h"
#include "compute/cuda/row_major.h"

namespace cajal::cuda {

// Several products of one shape at once: floats from each operand of one product to that of the next.
struct Repetition {
  std::size_t count = 1;
  std::size_t a = 0, b = 0, c = 0;
};

// C = op(A) op(B) + beta C.
void gemm(const Queue& queue, const RowMajorProduct& product, const float* a, const float* b, float beta,
          float* c, const Repetition& repetition = {});

}  // namespace cajal::cuda
