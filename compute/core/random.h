#pragma once
// Random numbers: Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC'11).
//
// Counter-based: number i of stream s is a pure function of (seed, s, i), so the same seed gives the same run
// however the work is split over threads. Compiled for host and device alike.

#include <array>
#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define CAJAL_HOST_DEVICE __host__ __device__
#else
#define CAJAL_HOST_DEVICE
#endif

namespace cajal {

// Four 32-bit words from a 128-bit counter and a 64-bit key.
struct Philox {
  std::uint32_t words[4];
};

CAJAL_HOST_DEVICE inline Philox philox(std::uint64_t key, std::uint64_t counterLow,
                                       std::uint64_t counterHigh) {
  std::uint32_t c0 = static_cast<std::uint32_t>(counterLow),
                c1 = static_cast<std::uint32_t>(counterLow >> 32);
  std::uint32_t c2 = static_cast<std::uint32_t>(counterHigh),
                c3 = static_cast<std::uint32_t>(counterHigh >> 32);
  std::uint32_t k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = 0xD2511F53ull * c0;
    const std::uint64_t product1 = 0xCD9E8D57ull * c2;
    const std::uint32_t next0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ k0;
    const std::uint32_t next2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ k1;
    c1 = static_cast<std::uint32_t>(product1);
    c3 = static_cast<std::uint32_t>(product0);
    c0 = next0;
    c2 = next2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

// Uniform in [0, 1): the upper 24 bits, so that every value is exact in float.
CAJAL_HOST_DEVICE inline float uniformFromBits(std::uint32_t bits) {
  return static_cast<float>(bits >> 8) * (1.0f / 16777216.0f);
}

// What each stream of one seed is used for. New uses get new numbers; old numbers never change meaning.
enum class RandomStream : std::uint64_t {
  initialWeights = 1,
  batchOrder = 2,
  digits = 3,
  points = 4,
  picture = 5,
  split = 6,
  dropout = 7
};

// A sequence of numbers for code that wants one after the other (host only by habit, not by need).
class Random {
 public:
  Random(std::uint64_t seed, RandomStream stream, std::uint64_t substream = 0)
      : m_seed(seed), m_high((static_cast<std::uint64_t>(stream) << 48) ^ substream) {}

  std::uint32_t bits() {
    if (m_used == 4) {
      m_block = philox(m_seed, m_counter++, m_high);
      m_used = 0;
    }
    return m_block.words[m_used++];
  }

  // [0, 1)
  float uniform() { return uniformFromBits(bits()); }
  // [low, high]; `high` itself only where rounding meets it
  float uniform(float low, float high) { return low + (high - low) * uniform(); }
  // 0 … count-1, count > 0; the bias (< count / 2^32) is below anything a test could see.
  std::uint32_t index(std::uint32_t count) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(bits()) * count) >> 32);
  }
  // Standard normal (Box-Muller, one of the pair).
  float normal() {
    const float radius = std::sqrt(-2.0f * std::log(1.0f - uniform()));
    return radius * std::cos(6.28318530718f * uniform());
  }

 private:
  std::uint64_t m_seed;
  std::uint64_t m_high;
  std::uint64_t m_counter = 0;
  Philox m_block{};
  int m_used = 4;
};

}  // namespace cajal
