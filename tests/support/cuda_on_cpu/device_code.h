#pragma once
// What the text of a kernel may say, for a host compiler: qualifiers, indices, barriers, votes and shuffles,
// atomics, and the intrinsics that we use.

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

#include "tests/support/cuda_on_cpu/grid.h"

#define __global__
#define __device__
#define __host__
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) alignas(bytes)
#define __shared__ static  // static_shared.h

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

// ---- barriers and fences ----

inline void __syncthreads(std::source_location where = std::source_location::current()) {
  cuda_on_cpu::meet(cuda_on_cpu::Scope::block, where);
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFFu) {
  cuda_on_cpu::exchange(mask, 0, "__syncwarp");
}
// Memory is shared by all threads here. That other threads may run in between is all that can be shown.
inline void __threadfence() {
  cuda_on_cpu::giveWay();
}

// ---- votes and shuffles ----

inline unsigned __ballot_sync(unsigned mask, int predicate) {
  const std::uint64_t* const votes = cuda_on_cpu::exchange(mask, predicate != 0, "vote");
  unsigned ballot = 0;
  for (unsigned lane = 0; lane < 32; ++lane) {
    if ((mask >> lane & 1) && votes[lane]) ballot |= 1u << lane;
  }
  return ballot;
}

namespace cuda_on_cpu {

template <typename Value>
Value shuffle(unsigned mask, Value value, unsigned from) {
  static_assert(std::is_arithmetic_v<Value> && sizeof(Value) <= 8);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(Value));
  const std::uint64_t* const shown = exchange(mask, bits, "shuffle");
  if (!(mask >> from & 1)) fail("shuffles from a lane that is not named");
  std::memcpy(&value, &shown[from], sizeof(Value));
  return value;
}

// The first lane of the running one's segment of `width` lanes.
inline unsigned segment(int width) {
  return ownLane() & ~(static_cast<unsigned>(width) - 1);
}

}  // namespace cuda_on_cpu

template <typename Value>
Value __shfl_sync(unsigned mask, Value value, int lane, int width = 32) {
  const unsigned from = static_cast<unsigned>(lane) & (static_cast<unsigned>(width) - 1);
  return cuda_on_cpu::shuffle(mask, value, cuda_on_cpu::segment(width) + from);
}
template <typename Value>
Value __shfl_xor_sync(unsigned mask, Value value, int lanes, int width = 32) {
  const unsigned own = cuda_on_cpu::ownLane(),
                 end = cuda_on_cpu::segment(width) + static_cast<unsigned>(width);
  const unsigned from = own ^ static_cast<unsigned>(lanes);
  return cuda_on_cpu::shuffle(mask, value, from < end ? from : own);
}

// ---- atomics: one thread runs at a time ----

namespace cuda_on_cpu {

template <typename Value, typename Change>
Value changeAtomically(Value* place, Change&& change) {
  static_assert(std::is_same_v<Value, int> || std::is_same_v<Value, unsigned> ||
                    std::is_same_v<Value, float> || std::is_same_v<Value, double> ||
                    std::is_same_v<Value, unsigned long long>,
                "CUDA has no atomics on this type");
  const Value before = *place;
  *place = change(before);
  return before;
}

}  // namespace cuda_on_cpu

template <typename Value>
Value atomicAdd(Value* place, std::type_identity_t<Value> value) {
  return cuda_on_cpu::changeAtomically(place,
                                       [=](Value before) { return static_cast<Value>(before + value); });
}

// ---- a load that names a cache, and arithmetic ----

template <typename Value>
Value __ldcg(const Value* place) {
  return *place;
}
inline int __popc(unsigned bits) {
  return std::popcount(bits);
}
