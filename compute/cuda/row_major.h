#pragma once
// Row-major products with a column-major BLAS, said once. No CUDA in here: tested on any machine.
//
// A row-major (rows, columns) matrix, read column by column, is its own transpose with the row length as
// leading dimension. So our C = A B is BLAS's Cᵀ = Bᵀ Aᵀ on the same memory: our B comes first, our A second,
// rows and columns change places, and each operand is transposed exactly where it was before.
//
// Worked: Y (2, 4) = X (2, 3) · Wᵀ, W stored (4, 3). BLAS is handed W first: it sees a (3, 4) matrix with
// leading dimension 3 and must transpose it (T). X second: it sees (3, 2), leading dimension 3, as it is (N).
// m = 4, n = 2, k = 3; the result it writes is (4, 2) with leading dimension 4, which is our Y.

#include <cstddef>

namespace cajal::cuda {

// C (rows, columns) = op(A) · op(B). A is stored (rows, summed), or (summed, rows) where transposeA; B is
// stored (summed, columns), or (columns, summed) where transposeB. Strides are floats from one stored row to
// the next; 0: as many as a row has.
struct RowMajorProduct {
  bool transposeA = false;
  bool transposeB = false;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t summed = 0;
  std::size_t strideA = 0, strideB = 0, strideC = 0;
};

// What BLAS is told. `first` is our B, `second` our A.
struct BlasProduct {
  bool transposeFirst = false;
  bool transposeSecond = false;
  std::size_t m = 0, n = 0, k = 0;
  std::size_t leadingFirst = 0, leadingSecond = 0, leadingResult = 0;
  bool operator==(const BlasProduct&) const = default;
};

constexpr BlasProduct blasProduct(const RowMajorProduct& product) {
  const auto orElse = [](std::size_t stride, std::size_t length) { return stride > 0 ? stride : length; };
  return {
      .transposeFirst = product.transposeB,
      .transposeSecond = product.transposeA,
      .m = product.columns,
      .n = product.rows,
      .k = product.summed,
      .leadingFirst = orElse(product.strideB, product.transposeB ? product.summed : product.columns),
      .leadingSecond = orElse(product.strideA, product.transposeA ? product.rows : product.summed),
      .leadingResult = orElse(product.strideC, product.columns),
  };
}

}  // namespace cajal::cuda
