#pragma once
// A matrix product on the calling thread: oneDNN's, kept from starting threads of its own, since the team is
// the only one who splits work.

#include <cstddef>

namespace cajal::cpu {

// What a product reads: row-major, `stride` floats from one row to the next; `isTransposed` says that it is
// stored the other way round.
struct Factor {
  const float* data = nullptr;
  std::size_t stride = 0;
  bool isTransposed = false;
};

// C (rows, columns) = A (rows, summed) · B (summed, columns) + beta C. Throws Error(badInput) when out of
// memory, and Error(bug) for strides that are shorter than the rows.
void gemm(std::size_t rows, std::size_t columns, std::size_t summed, const Factor& a, const Factor& b,
          float beta, float* c, std::size_t strideC);

}  // namespace cajal::cpu
