#pragma once
// What follows a product, where the result lies: bias and activation going forward, a derivative and the
// bias's gradient coming back.

#include "compute/cuda/operations.h"

namespace cajal::cuda {

// z = what stands in `output` (rows, n) + bias (n), y = f(z) is left; z (rows, n) is kept too where it is not
// null.
void addBiasAndActivate(const Queue& queue, Activation activation, const float* bias, const Matrix& output,
                        float* z);
// gradient ⊙ f' of `before`, in place.
void multiplyByDerivative(const Queue& queue, const ActivatedOutput& before, const Matrix& gradient);
// sums (n) = Σ over the rows of matrix (rows, n); adds where `accumulate`.
void sumColumns(const Queue& queue, const Matrix& matrix, float* sums, bool accumulate);

}  // namespace cajal::cuda
