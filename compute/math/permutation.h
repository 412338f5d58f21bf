#pragma once
// The order in which examples are drawn: a random permutation of 0 … n-1 that is computed, not stored.
//
// A balanced Feistel network is a permutation of the next power of four whatever its round function; walking
// the cycle until it lands below n makes it one of 0 … n-1 (Black & Rogaway, "Ciphers with Arbitrary Finite
// Domains", 2002; at most four steps on average). Philox makes the round keys, a multiply-xorshift hash is
// the round function: this shuffles, it hides nothing. So example i of epoch e is a pure function of (seed,
// e, i), the same on every backend, and an epoch of a billion examples needs no memory.

#include <cstdint>

#include "compute/core/random.h"

namespace cajal {

class Permutation {
 public:
  CAJAL_HOST_DEVICE Permutation(std::uint64_t seed, std::uint64_t epoch, std::uint32_t count)
      : m_count(count) {
    while (m_halfBits < 16 && (1ull << (2 * m_halfBits)) < count) ++m_halfBits;
    m_keys = philox(seed, epoch, static_cast<std::uint64_t>(RandomStream::batchOrder) << 48);
  }

  // index < count
  CAJAL_HOST_DEVICE std::uint32_t operator()(std::uint32_t index) const {
    do index = encrypt(index);
    while (index >= m_count);
    return index;
  }

 private:
  // Six rounds: with four and a hash as light as this one, neighbours would still be told apart by eye.
  CAJAL_HOST_DEVICE std::uint32_t encrypt(std::uint32_t index) const {
    const std::uint32_t mask = (1u << m_halfBits) - 1u;
    std::uint32_t left = index >> m_halfBits, right = index & mask;
    for (std::uint32_t pair = 0; pair < 3; ++pair) {
      left ^= mix(right ^ m_keys.words[pair]) & mask;
      right ^= mix(left ^ m_keys.words[3] ^ (pair << 28)) & mask;
    }
    return (left << m_halfBits) | right;
  }

  // The finaliser of MurmurHash3: every bit of the result depends on every bit of x.
  CAJAL_HOST_DEVICE static std::uint32_t mix(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    x = (x ^ (x >> 13)) * 0xC2B2AE35u;
    return x ^ (x >> 16);
  }

  Philox m_keys{};
  std::uint32_t m_count;
  std::uint32_t m_halfBits = 1;
};

}  // namespace cajal
