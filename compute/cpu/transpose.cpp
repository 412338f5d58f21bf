#include "compute/cpu/transpose.h"

#include <algorithm>
#include <utility>

#include "compute/cpu/vectors.h"

namespace cajal::cpu {
namespace {

// Lane l of the two results of a butterfly over `distance`: numbers from kLanes on mean the second vector.
template <int distance>
constexpr int lowLane(int l) {
  return (l & distance) == 0 ? l : kLanes + l - distance;
}
template <int distance>
constexpr int highLane(int l) {
  return (l & distance) == 0 ? l + distance : kLanes + l;
}

template <int distance, int... lanes>
void butterfly(Floats& a, Floats& b, std::integer_sequence<int, lanes...>) {
  const Floats low = __builtin_shufflevector(a, b, lowLane<distance>(lanes)...);
  b = __builtin_shufflevector(a, b, highLane<distance>(lanes)...);
  a = low;
}

// Exchanges bit `distance` of the row number with that of the lane's; after all bits, rows are columns.
template <int distance>
void exchange(Floats (&rows)[kLanes]) {
  if constexpr (distance < kLanes) {
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) {
      if ((i & distance) == 0) {
        butterfly<distance>(rows[i], rows[i + distance], std::make_integer_sequence<int, kLanes>());
      }
    }
    exchange<2 * distance>(rows);
  }
}

void transposeSquare(const float* from, std::size_t fromStride, float* to, std::size_t toStride) {
  Floats rows[kLanes];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kLanes; ++i) rows[i] = load(from + i * fromStride);
  exchange<1>(rows);
#pragma GCC unroll 16
  for (std::size_t i = 0; i < kLanes; ++i) store(to + i * toStride, rows[i]);
}

void transposePlainly(const float* from, std::size_t fromStride, std::size_t rows, std::size_t columns,
                      float* to, std::size_t toStride) {
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) to[c * toStride + r] = from[r * fromStride + c];
  }
}

}  // namespace

void transpose(const float* from, std::size_t fromStride, std::size_t rows, std::size_t columns, float* to,
               std::size_t toStride) {
  for (std::size_t r = 0; r < rows; r += kLanes) {
    for (std::size_t c = 0; c < columns; c += kLanes) {
      const float* const source = from + r * fromStride + c;
      float* const target = to + c * toStride + r;
      if (r + kLanes <= rows && c + kLanes <= columns) {
        transposeSquare(source, fromStride, target, toStride);
      } else {
        transposePlainly(source, fromStride, std::min<std::size_t>(kLanes, rows - r),
                         std::min<std::size_t>(kLanes, columns - c), target, toStride);
      }
    }
  }
}

}  // namespace cajal::cpu
