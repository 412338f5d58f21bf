#pragma once
// Sums over the rows of a matrix, column by column, in an order that the shape alone decides: no atomics, so
// that the same step gives the same bits. For .cu files.
//
// A block adds up a tile of rows in float, as the CPU does; where there are several tiles, a second launch
// adds those sums in double. What is summed, and what becomes of the totals, are two small structs:
//
//   struct Term   { __device__ void operator()(std::size_t row, std::size_t column, float* sums) const; };
//   struct Finish { __device__ void operator()(std::size_t column, const double* totals) const; };
//
// `sums` and `totals` hold `kinds` numbers: so many sums are taken at once.

#include <algorithm>
#include <bit>

#include "compute/cuda/launch.h"
#include "compute/cuda/operations.h"
#include "compute/cuda/scratch.h"

namespace cajal::cuda {

inline constexpr unsigned kSumThreads = 256;
inline constexpr unsigned kWarp = 32;

// How a sum is cut.
struct SumTiling {
  std::size_t rows, columns;
  std::size_t rowsPerTile;
  unsigned tiles;
  unsigned width;  // neighbouring columns a block reads: a full warp, or fewer where there are fewer
};

inline SumTiling sumTiling(std::size_t rows, std::size_t columns) {
  constexpr std::size_t kFewestRows = 256;  // below, the second launch takes longer than it saves
  constexpr std::size_t kMostTiles = 512;   // a few blocks for every multiprocessor there is
  const std::size_t perTile = std::max(kFewestRows, (rows + kMostTiles - 1) / kMostTiles);
  return {rows, columns, perTile,
          static_cast<unsigned>(std::max<std::size_t>(1, (rows + perTile - 1) / perTile)),
          static_cast<unsigned>(std::bit_ceil(std::min<std::size_t>(columns, kWarp)))};
}

// Floats of scratch that sumOverRows wants.
inline std::size_t sumScratch(std::size_t rows, std::size_t columns, std::size_t kinds) {
  return sumTiling(rows, columns).tiles * columns * kinds;
}

// blockDim is (width, rows side by side), blockIdx (columns, tile). partials (tiles, kinds, columns).
template <unsigned kinds, typename Term, typename Finish>
__global__ void sumTilesKernel(const Term term, const Finish finish, const SumTiling tiling,
                               float* __restrict__ partials) {
  __shared__ float shares[kinds][kSumThreads];
  const std::size_t column = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const std::size_t begin = blockIdx.y * tiling.rowsPerTile;
  const std::size_t past = begin + tiling.rowsPerTile, end = past < tiling.rows ? past : tiling.rows;
  const bool isInside = column < tiling.columns;  // no early return: all threads meet at the barrier

  float sums[kinds] = {};
  for (std::size_t row = begin + threadIdx.y; isInside && row < end; row += blockDim.y)
    term(row, column, sums);
  for (unsigned k = 0; k < kinds; ++k) shares[k][threadIdx.y * blockDim.x + threadIdx.x] = sums[k];
  __syncthreads();

  if (threadIdx.y != 0 || !isInside) return;
  double totals[kinds];
  for (unsigned k = 0; k < kinds; ++k) {
    float total = 0;
    for (unsigned share = 0; share < blockDim.y; ++share)
      total += shares[k][share * blockDim.x + threadIdx.x];
    if (tiling.tiles > 1) partials[(blockIdx.y * kinds + k) * tiling.columns + column] = total;
    totals[k] = static_cast<double>(total);
  }
  if (tiling.tiles == 1) finish(column, totals);
}

// One warp a column.
template <unsigned kinds, typename Finish>
__global__ void addTilesKernel(const float* __restrict__ partials, const Finish finish,
                               const SumTiling tiling) {
  __shared__ double shares[kinds][kWarp];
  const std::size_t column = blockIdx.x;
  for (unsigned k = 0; k < kinds; ++k) {
    double sum = 0;
    for (unsigned tile = threadIdx.x; tile < tiling.tiles; tile += kWarp) {
      sum += static_cast<double>(partials[(tile * kinds + k) * tiling.columns + column]);
    }
    shares[k][threadIdx.x] = sum;
  }
  __syncthreads();

  if (threadIdx.x != 0) return;
  double totals[kinds] = {};
  for (unsigned k = 0; k < kinds; ++k) {
    for (unsigned share = 0; share < kWarp; ++share) totals[k] += shares[k][share];
  }
  finish(column, totals);
}

// `partials`: sumScratch floats.
template <unsigned kinds, typename Term, typename Finish>
void sumOverRows(const Queue& queue, std::size_t rows, std::size_t columns, float* partials, const Term& term,
                 const Finish& finish) {
  const SumTiling tiling = sumTiling(rows, columns);
  const dim3 blocks(static_cast<unsigned>((columns + tiling.width - 1) / tiling.width), tiling.tiles);
  const dim3 threads(tiling.width, kSumThreads / tiling.width);
  launch(sumTilesKernel<kinds, Term, Finish>, {blocks, threads}, queue.stream, "summing over a batch", term,
         finish, tiling, partials);
  if (tiling.tiles == 1) return;
  launch(addTilesKernel<kinds, Finish>, {static_cast<unsigned>(columns), kWarp}, queue.stream,
         "adding up the sums over a batch", partials, finish, tiling);
}

}  // namespace cajal::cuda
