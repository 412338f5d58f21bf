#pragma once
// The order in which examples are drawn: a random permutation of 0 … n-1 that is computed, not stored.
//
// A balanced Feistel network with Philox as round function is a permutation of the next power of four;
// walking the cycle until it lands below n makes it one of 0 … n-1 (Black & Rogaway, "Ciphers with Arbitrary
// Finite Domains", 2002; at most four steps on average). So example i of epoch e is a pure function of (seed,
// e, i), the same on every backend, and an epoch of a billion examples needs no memory.

#include <cstdint>

#include "compute/core/random.h"

namespace cajal {

class Permutation {
 public:
  CAJAL_HOST_DEVICE Permutation(std::uint64_t seed, std::uint64_t epoch, std::uint32_t count)
      : m_seed(seed), m_epoch(epoch), m_count(count) {
    while (m_halfBits < 16 && (1ull << (2 * m_halfBits)) < count) ++m_halfBits;
  }

  // index < count
  CAJAL_HOST_DEVICE std::uint32_t operator()(std::uint32_t index) const {
    do index = encrypt(index);
    while (index >= m_count);
    return index;
  }

 private:
  CAJAL_HOST_DEVICE std::uint32_t encrypt(std::uint32_t index) const {
    const std::uint32_t mask = (1u << m_halfBits) - 1u;
    std::uint32_t left = index >> m_halfBits, right = index & mask;
    constexpr std::uint64_t stream = static_cast<std::uint64_t>(RandomStream::batchOrder) << 48;
    // Two rounds a Philox call: four rounds in all, the least that Luby & Rackoff ask for.
    for (std::uint64_t pair = 0; pair < 2; ++pair) {
      left ^= philox(m_seed, (m_epoch << 34) ^ (pair << 33) ^ right, stream).words[0] & mask;
      right ^= philox(m_seed, (m_epoch << 34) ^ (pair << 33) ^ (1ull << 32) ^ left, stream).words[1] & mask;
    }
    return (left << m_halfBits) | right;
  }

  std::uint64_t m_seed;
  std::uint64_t m_epoch;
  std::uint32_t m_count;
  std::uint32_t m_halfBits = 1;
};

}  // namespace cajal
