#pragma once
// Which values a dropout keeps. One text for host and device.

#include <cstddef>
#include <cstdint>

#include "compute/core/random.h"
#include "compute/math/step_state.h"

namespace cajal {

// A function of these numbers and of a value's place in the batch, so that forward and backward agree without
// a mask being stored, and so that a batch computed in chunks is the same batch.
struct DropoutMask {
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint32_t layer = 0;
  std::uint32_t firstRow = 0;        // of the batch, where it is computed in chunks
  float rate = 0;                    // share of values that become zero; the others are divided by 1 - rate
  const StepState* state = nullptr;  // where it is given, `step` counts from where its clock stands
};

// Where `state` can be read: on the host, or in a kernel.
CAJAL_HOST_DEVICE inline DropoutMask atItsStep(DropoutMask mask) {
  if (mask.state) mask.step += mask.state->clock.steps;
  return mask;
}

// How many of 65,536 values stay: at least one, or there would be no mean to keep.
CAJAL_HOST_DEVICE inline std::uint32_t keptOf65536(const DropoutMask& mask) {
  const auto dropped = static_cast<std::uint32_t>(mask.rate * 65536.0f + 0.5f);
  return dropped < 65536u ? 65536u - dropped : 1u;
}

// What a value that stays is multiplied by: the share as it is really drawn, so that the mean is exact.
CAJAL_HOST_DEVICE inline float keptScale(const DropoutMask& mask) {
  return 65536.0f / static_cast<float>(keptOf65536(mask));
}

// One Philox block decides over kDropoutBlock neighbours, sixteen bits each.
inline constexpr std::size_t kDropoutBlock = 8;

struct DropoutBlock {
  Philox random;
  std::uint32_t kept;  // of 65,536

  // `place` from 0 to kDropoutBlock - 1
  CAJAL_HOST_DEVICE bool keeps(std::size_t place) const {
    return ((random.words[place / 2] >> (place % 2 * 16)) & 0xFFFFu) < kept;
  }
};

CAJAL_HOST_DEVICE inline DropoutBlock dropoutBlock(const DropoutMask& mask, std::uint64_t block) {
  const std::uint64_t stream = static_cast<std::uint64_t>(RandomStream::dropout) << 48;
  // The golden ratio spreads consecutive steps over the keys (Steele et al. 2014).
  const std::uint64_t key = mask.seed ^ (mask.step * 0x9E3779B97F4A7C15ull);
  return {philox(key, block, stream ^ mask.layer), keptOf65536(mask)};
}

}  // namespace cajal
