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
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(bytes) alignas(bytes)
#define __shared__ static  // static_shared.h

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
inline constexpr int warpSize = 32;

// ---- barriers and fences ----

inline void __syncthreads(std::source_location where = std::source_location::current()) {
  cuda_on_cpu::meet(cuda_on_cpu::Scope::block, where);
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFFu) {
  cuda_on_cpu::exchange(mask, 0, "__syncwarp");
}
// Memory is the same for all threads here. That others may run in between is all that can be shown.
inline void __threadfence() {
  cuda_on_cpu::giveWay();
}
inline void __threadfence_block() {
  cuda_on_cpu::giveWay();
}
inline void __threadfence_system() {
  cuda_on_cpu::giveWay();
}
inline void __nanosleep(unsigned) {
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
inline int __any_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate) != 0;
}
inline int __all_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate) == mask;
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
Value __shfl_up_sync(unsigned mask, Value value, unsigned lanes, int width = 32) {
  const unsigned own = cuda_on_cpu::ownLane();
  return cuda_on_cpu::shuffle(mask, value, own >= cuda_on_cpu::segment(width) + lanes ? own - lanes : own);
}
template <typename Value>
Value __shfl_down_sync(unsigned mask, Value value, unsigned lanes, int width = 32) {
  const unsigned own = cuda_on_cpu::ownLane(),
                 end = cuda_on_cpu::segment(width) + static_cast<unsigned>(width);
  return cuda_on_cpu::shuffle(mask, value, own + lanes < end ? own + lanes : own);
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
template <typename Value>
Value atomicMax(Value* place, std::type_identity_t<Value> value) {
  return cuda_on_cpu::changeAtomically(place, [=](Value before) { return before > value ? before : value; });
}
template <typename Value>
Value atomicMin(Value* place, std::type_identity_t<Value> value) {
  return cuda_on_cpu::changeAtomically(place, [=](Value before) { return before < value ? before : value; });
}
template <typename Value>
Value atomicExch(Value* place, std::type_identity_t<Value> value) {
  return cuda_on_cpu::changeAtomically(place, [=](Value) { return value; });
}
template <typename Value>
Value atomicCAS(Value* place, std::type_identity_t<Value> expected, std::type_identity_t<Value> value) {
  return cuda_on_cpu::changeAtomically(place,
                                       [=](Value before) { return before == expected ? value : before; });
}

// ---- loads that name a cache, and arithmetic ----

template <typename Value>
Value __ldg(const Value* place) {
  return *place;
}
template <typename Value>
Value __ldcg(const Value* place) {
  return *place;
}
template <typename Value>
Value __ldcs(const Value* place) {
  return *place;
}
template <typename Value>
void __stcg(Value* place, std::type_identity_t<Value> value) {
  *place = value;
}

inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(std::uint64_t{a} * b >> 32);
}
inline int __popc(unsigned bits) {
  return std::popcount(bits);
}
inline int __clz(int bits) {
  return std::countl_zero(static_cast<unsigned>(bits));
}
inline int __ffs(int bits) {
  return bits == 0 ? 0 : std::countr_zero(static_cast<unsigned>(bits)) + 1;
}
inline unsigned __float_as_uint(float value) {
  return std::bit_cast<unsigned>(value);
}
inline float __uint_as_float(unsigned bits) {
  return std::bit_cast<float>(bits);
}
inline float rsqrtf(float x) {
  return 1.0f / std::sqrt(x);
}
