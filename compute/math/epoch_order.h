#pragma once
// Which examples stand at consecutive places of the endless sequence of epochs, each shuffled anew.

#include <cstddef>
#include <cstdint>

#include "compute/math/permutation.h"

namespace cajal {

// A pure function of (seed, count, place), quickest where places ascend.
class EpochOrder {
 public:
  EpochOrder(std::uint64_t seed, std::size_t count) : m_seed(seed), m_count(count), m_shuffle(seed, 0, 1) {}

  std::size_t exampleAt(std::uint64_t place) {
    const std::uint64_t epoch = place / m_count;
    if (epoch != m_epoch) {
      m_epoch = epoch;
      m_shuffle = Permutation(m_seed, epoch, static_cast<std::uint32_t>(m_count));
    }
    return m_shuffle(static_cast<std::uint32_t>(place % m_count));
  }

 private:
  std::uint64_t m_seed;
  std::size_t m_count;
  std::uint64_t m_epoch = ~std::uint64_t{0};
  Permutation m_shuffle;
};

}  // namespace cajal
