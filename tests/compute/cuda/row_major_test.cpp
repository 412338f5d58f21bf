// Runs without a GPU: a plain column-major BLAS, written from its definition, is told what cuBLAS is told.
#include "compute/cuda/row_major.h"

#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"

namespace cajal::cuda {
namespace {

using test::HostMatrix;
using test::randomMatrix;

// result (m, n) = op(first) (m, k) · op(second) (k, n), everything column-major: element (i, j) is at [j *
// leading + i].
void columnMajorGemm(const BlasProduct& p, const float* first, const float* second, float* result) {
  for (std::size_t i = 0; i < p.m; ++i) {
    for (std::size_t j = 0; j < p.n; ++j) {
      float sum = 0;
      for (std::size_t k = 0; k < p.k; ++k) {
        const float a = p.transposeFirst ? first[i * p.leadingFirst + k] : first[k * p.leadingFirst + i];
        const float b = p.transposeSecond ? second[k * p.leadingSecond + j] : second[j * p.leadingSecond + k];
        sum += a * b;
      }
      result[j * p.leadingResult + i] = sum;
    }
  }
}

// The same from the definition of a row-major product.
HostMatrix plainProduct(const RowMajorProduct& p, const HostMatrix& a, const HostMatrix& b) {
  HostMatrix c(p.rows, p.columns);
  for (std::size_t i = 0; i < p.rows; ++i) {
    for (std::size_t j = 0; j < p.columns; ++j) {
      float sum = 0;
      for (std::size_t k = 0; k < p.summed; ++k) {
        sum += (p.transposeA ? a(k, i) : a(i, k)) * (p.transposeB ? b(j, k) : b(k, j));
      }
      c.values[i * p.columns + j] = sum;
    }
  }
  return c;
}

TEST(RowMajor, ForwardAsWorkedInTheHeader) {
  // Y (2, 4) = X (2, 3) · Wᵀ, W (4, 3)
  const BlasProduct expected = {.transposeFirst = true,
                                .transposeSecond = false,
                                .m = 4,
                                .n = 2,
                                .k = 3,
                                .leadingFirst = 3,
                                .leadingSecond = 3,
                                .leadingResult = 4};
  EXPECT_EQ(blasProduct({.transposeB = true, .rows = 2, .columns = 4, .summed = 3}), expected);
}

TEST(RowMajor, BackwardInputByHand) {
  // dX (2, 3) = dZ (2, 4) · W (4, 3): BLAS sees Wᵀ (3, 4) and dZᵀ (4, 2).
  const BlasProduct expected = {.transposeFirst = false,
                                .transposeSecond = false,
                                .m = 3,
                                .n = 2,
                                .k = 4,
                                .leadingFirst = 3,
                                .leadingSecond = 4,
                                .leadingResult = 3};
  EXPECT_EQ(blasProduct({.rows = 2, .columns = 3, .summed = 4}), expected);
}

TEST(RowMajor, BackwardParametersByHand) {
  // dW (4, 3) = dZᵀ · X, dZ (2, 4), X (2, 3): BLAS sees Xᵀ (3, 2), and dZᵀ (4, 2) which it transposes back.
  const BlasProduct expected = {.transposeFirst = false,
                                .transposeSecond = true,
                                .m = 3,
                                .n = 4,
                                .k = 2,
                                .leadingFirst = 3,
                                .leadingSecond = 4,
                                .leadingResult = 3};
  EXPECT_EQ(blasProduct({.transposeA = true, .rows = 4, .columns = 3, .summed = 2}), expected);
}

TEST(RowMajor, PaddedRowsChangeTheLeadingDimensionsAlone) {
  // A group of a convolution: every operand is some columns of a wider matrix.
  const RowMajorProduct product = {
      .transposeB = true, .rows = 6, .columns = 2, .summed = 3, .strideA = 9, .strideB = 3, .strideC = 4};
  const BlasProduct padded = blasProduct(product);
  BlasProduct expected = blasProduct({.transposeB = true, .rows = 6, .columns = 2, .summed = 3});
  expected.leadingFirst = 3;
  expected.leadingSecond = 9;
  expected.leadingResult = 4;
  EXPECT_EQ(padded, expected);
}

TEST(RowMajor, EveryCombinationMultipliesAsWritten) {
  for (const bool transposeA : {false, true}) {
    for (const bool transposeB : {false, true}) {
      const RowMajorProduct product = {transposeA, transposeB, 5, 7, 3};
      const HostMatrix a = transposeA ? randomMatrix(3, 5, 1) : randomMatrix(5, 3, 1);
      const HostMatrix b = transposeB ? randomMatrix(7, 3, 2) : randomMatrix(3, 7, 2);
      HostMatrix c(5, 7);
      columnMajorGemm(blasProduct(product), b.values.data(), a.values.data(), c.values.data());
      EXPECT_EQ(c.values, plainProduct(product, a, b).values) << transposeA << transposeB;
    }
  }
}

}  // namespace
}  // namespace cajal::cuda
