// The update rules over a whole arena, and what has to be known of its gradients first.
#include <algorithm>
#include <cmath>
#include <vector>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kParametersPerTile = 16'384;

std::size_t tileCount(std::size_t count) {
  return (count + kParametersPerTile - 1) / kParametersPerTile;
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

// Σ g² and Σ 0 g of one tile: the second is 0, or NaN where a value is not finite.
struct TileFacts {
  float squares = 0, zeros = 0;
};

TileFacts measureTile(const float* __restrict__ g, std::size_t count) {
  constexpr std::size_t kSums = 64;  // independent, so that the loop is as wide as the registers are
  float squares[kSums] = {}, zeros[kSums] = {};
  for (std::size_t i = 0; i + kSums <= count; i += kSums) {
    for (std::size_t k = 0; k < kSums; ++k) {
      squares[k] += g[i + k] * g[i + k];
      zeros[k] += 0.0f * g[i + k];
    }
  }
  TileFacts facts;
  for (std::size_t i = count / kSums * kSums; i < count; ++i) {
    facts.squares += g[i] * g[i];
    facts.zeros += 0.0f * g[i];
  }
  for (std::size_t k = 0; k < kSums; ++k) {
    facts.squares += squares[k];
    facts.zeros += zeros[k];
  }
  return facts;
}

}  // namespace

GradientFacts measureGradients(ThreadTeam& team, const float* gradients, std::size_t count) {
  static thread_local std::vector<TileFacts> memory;
  std::vector<TileFacts>& facts = memory;
  facts.resize(tileCount(count));
  team.forEachTile(facts.size(), [&](std::size_t tile) {
    const std::size_t begin = tile * kParametersPerTile;
    facts[tile] = measureTile(gradients + begin, std::min(count - begin, kParametersPerTile));
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
