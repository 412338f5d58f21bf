#pragma once
// Short vectors of floats, as wide as the widest registers this library is compiled for: for its .cpp files
// alone, since whoever includes it must be compiled for the same processor. GCC's vector
// extension: + - * and comparisons work lane by lane, and a scalar stands for a vector of it.

#include <cstddef>
#include <cstring>

namespace cajal::cpu {

#if defined(__AVX512F__)
inline constexpr int kLanes = 16, kRegisters = 32;
#elif defined(__AVX__)
inline constexpr int kLanes = 8, kRegisters = 16;
#else
inline constexpr int kLanes = 4, kRegisters = 16;
#endif

using Floats __attribute__((vector_size(kLanes * sizeof(float)))) = float;
using Ints __attribute__((vector_size(kLanes * sizeof(float)))) = int;  // -1 where a comparison holds

// From and to anywhere: no alignment is asked for.
inline Floats load(const float* from) {
  Floats vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}
inline void store(float* to, const Floats& vector) {
  std::memcpy(to, &vector, sizeof vector);
}
// The same for the first `count` lanes alone, at the end of a row: the others are read as zero.
inline Floats load(const float* from, std::size_t count) {
  if (count == kLanes) return load(from);
  Floats vector = {};
  std::memcpy(&vector, from, count * sizeof(float));
  return vector;
}
inline void store(float* to, const Floats& vector, std::size_t count) {
  if (count == kLanes) return store(to, vector);
  std::memcpy(to, &vector, count * sizeof(float));
}

// Calls work(first, count) for each vector of `length` neighbours; the last may be short.
template <typename Work>
void forEachVector(std::size_t length, Work&& work) {
  for (std::size_t first = 0; first < length; first += kLanes) {
    work(first, length - first < kLanes ? length - first : std::size_t{kLanes});
  }
}

}  // namespace cajal::cpu
