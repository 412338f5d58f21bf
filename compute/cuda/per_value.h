#pragma once
// Launches of one thread a value: how many there are, and which value is whose. For .cu files.
//
// Values are counted in 32 bits, which a GPU divides several times as fast as 64: no batch has 2³¹ of them.

#include "compute/cuda/launch.h"

namespace cajal::cuda {

// Bound by memory: eight warps are enough to hide a load, few enough that small layers reach every
// multiprocessor.
inline constexpr unsigned kThreads = 256;

inline unsigned valueCount(std::size_t count) {
  return static_cast<unsigned>(asInt(count, "a layer too large for one launch"));
}

inline unsigned blocksFor(std::size_t count) {
  return (valueCount(count) + kThreads - 1) / kThreads;
}

__device__ inline unsigned valueIndex() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

}  // namespace cajal::cuda
