// The update rules over a whole arena, and what has to be known of its gradients first.
#include <algorithm>
#include <cmath>
#include <vector>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kGradientsPerTile = 16'384;  // their sums are taken tile by tile, as on CUDA
constexpr std::size_t kParametersPerTile =
    4'096;  // small: an update is as long as its slowest thread's share

std::size_t tileCount(std::size_t count, std::size_t each = kParametersPerTile) {
  return (count + each - 1) / each;
}

// One range of every arena. Restricted pointers and hyperparameters by value, so that the compiler may keep
// them in registers and use the widest vectors there are.
struct Range {
  float* __restrict__ w;
  const float* __restrict__ g;
  float* __restrict__ m;
  float* __restrict__ v;
  float* __restrict__ changes;  // or null
  std::size_t count;
};

// `isPlain`: nothing is clipped, no L1 taken and nobody asks for the changes, as almost always: then the
// compiler need not ask.
template <UpdateRule rule, bool isPlain>
void updateRange(Hyperparameters h, const UpdateScale scale, float l1, const Range range) {
  float* __restrict__ w = range.w;
  const float* __restrict__ g = range.g;
  float* __restrict__ m = range.m;
  float* __restrict__ v = range.v;
  if constexpr (isPlain) {
    h.clipValue = 0;
    l1 = 0;
  }
  for (std::size_t i = 0; i < range.count; ++i) {
    [[maybe_unused]] const float before = w[i];
    updateParameter<rule>(h, scale, l1, w[i], g[i], m[i], v[i]);
    if constexpr (!isPlain) {
      if (range.changes) range.changes[i] = w[i] - before;
    }
  }
}

// Σ g² of one tile, clipped one by one, and Σ 0 g: that is 0, or NaN where a value is not finite.
struct TileFacts {
  float squares = 0, zeros = 0;
};

template <bool clips>
TileFacts measureTile(const float* __restrict__ g, std::size_t count, float clipValue) {
  constexpr std::size_t kSums = 64;  // independent, so that the loop is as wide as the registers are
  float squares[kSums] = {}, zeros[kSums] = {};
  const auto squareOf = [clipValue](float x) {
    if constexpr (clips) x = clippedGradient(x, clipValue);
    return x * x;
  };
  for (std::size_t i = 0; i + kSums <= count; i += kSums) {
    for (std::size_t k = 0; k < kSums; ++k) {
      squares[k] += squareOf(g[i + k]);
      zeros[k] += 0.0f * g[i + k];
    }
  }
  TileFacts facts;
  for (std::size_t i = count / kSums * kSums; i < count; ++i) {
    facts.squares += squareOf(g[i]);
    facts.zeros += 0.0f * g[i];
  }
  for (std::size_t k = 0; k < kSums; ++k) {
    facts.squares += squares[k];
    facts.zeros += zeros[k];
  }
  return facts;
}

}  // namespace

GradientFacts measureGradients(ThreadTeam& team, const float* gradients, std::size_t count, float clipValue) {
  static thread_local std::vector<TileFacts> memory;
  std::vector<TileFacts>& facts = memory;
  facts.resize(tileCount(count, kGradientsPerTile));
  team.forEachTile(facts.size(), [&](std::size_t tile) {
    const std::size_t begin = tile * kGradientsPerTile;
    const std::size_t size = std::min(count - begin, kGradientsPerTile);
    facts[tile] = clipValue > 0 ? measureTile<true>(gradients + begin, size, clipValue)
                                : measureTile<false>(gradients + begin, size, 0);
  });
  GradientFacts all;
  for (const TileFacts& tile : facts) {
    all.sumOfSquares += static_cast<double>(tile.squares);
    all.areFinite = all.areFinite && tile.zeros == 0.0f;
  }
  return all;
}

void update(ThreadTeam& team, const Hyperparameters& h, const UpdateScale& scale,
            const UpdateArenas& arenas) {
  const UpdateScale unpenalized = withoutPenalty(scale);
  withRule(h.rule, [&]<UpdateRule rule>() {
    const auto updateWith = [&](std::size_t begin, std::size_t end, const UpdateScale& own, float l1) {
      const Range range = {arenas.parameters + begin,
                           arenas.gradients + begin,
                           arenas.firstMoments + begin,
                           arenas.secondMoments + begin,
                           arenas.changes ? arenas.changes + begin : nullptr,
                           end - begin};
      if (h.clipValue > 0 || l1 > 0 || arenas.changes) {
        updateRange<rule, false>(h, own, l1, range);
      } else {
        updateRange<rule, true>(h, own, l1, range);
      }
    };
    team.forEachTile(tileCount(arenas.count), [&](std::size_t tile) {
      const std::size_t begin = tile * kParametersPerTile,
                        end = std::min(arenas.count, begin + kParametersPerTile);
      const std::size_t boundary = std::clamp(arenas.penalized, begin, end);
      updateWith(begin, boundary, scale, h.l1);
      updateWith(boundary, end, unpenalized, 0.0f);
    });
  });
}

void moveAverage(ThreadTeam& team, const float* parameters, float decay, float* average, std::size_t count) {
  team.forEachTile(tileCount(count), [&](std::size_t tile) {
    const std::size_t begin = tile * kParametersPerTile, end = std::min(count, begin + kParametersPerTile);
    for (std::size_t i = begin; i < end; ++i) average[i] = movedAverage(average[i], parameters[i], decay);
  });
}

}  // namespace cajal::cpu
