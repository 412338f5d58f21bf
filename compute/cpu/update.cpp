// The update rules over a whole arena.
#include <algorithm>

#include "compute/cpu/operations.h"

namespace cajal::cpu {
namespace {

constexpr std::size_t kParametersPerTile = 16'384;

// One range of every arena. Restricted pointers and hyperparameters by value, so that the compiler may keep
// them in registers and use the widest vectors there are.
struct Range {
  float* __restrict__ w;
  const float* __restrict__ g;
  float* __restrict__ m;
  float* __restrict__ v;
  std::size_t count;
};

void sgd(const Hyperparameters h, float decay, const Range range) {
  float* __restrict__ w = range.w;
  const float* __restrict__ g = range.g;
  for (std::size_t i = 0; i < range.count; ++i) updateSgd(h, decay, w[i], g[i]);
}

void momentum(const Hyperparameters h, float decay, const Range range) {
  float* __restrict__ w = range.w;
  const float* __restrict__ g = range.g;
  float* __restrict__ m = range.m;
  for (std::size_t i = 0; i < range.count; ++i) updateMomentum(h, decay, w[i], g[i], m[i]);
}

void adam(const Hyperparameters h, const AdamScale scale, float decay, const Range range) {
  float* __restrict__ w = range.w;
  const float* __restrict__ g = range.g;
  float* __restrict__ m = range.m;
  float* __restrict__ v = range.v;
  for (std::size_t i = 0; i < range.count; ++i) updateAdam(h, scale, decay, w[i], g[i], m[i], v[i]);
}

}  // namespace

void update(ThreadTeam& team, const Hyperparameters& h, std::uint64_t updates, float* parameters,
            const float* gradients, float* firstMoments, float* secondMoments, std::size_t count,
            std::size_t decayed) {
  const AdamScale scale = adamScale(h, updates);

  const auto updateRange = [&](std::size_t begin, std::size_t end, float decay) {
    const Range range = {parameters + begin, gradients + begin, firstMoments + begin, secondMoments + begin,
                         end - begin};
    switch (h.rule) {
      case UpdateRule::gradientDescent:
      case UpdateRule::sgd: return sgd(h, decay, range);
      case UpdateRule::momentum: return momentum(h, decay, range);
      case UpdateRule::adam: return adam(h, scale, decay, range);
    }
  };

  const std::size_t tiles = (count + kParametersPerTile - 1) / kParametersPerTile;
  team.forEachTile(tiles, [&](std::size_t tile) {
    const std::size_t begin = tile * kParametersPerTile, end = std::min(count, begin + kParametersPerTile);
    const std::size_t boundary = std::clamp(decayed, begin, end);
    updateRange(begin, boundary, h.weightDecay);
    updateRange(boundary, end, 0.0f);
  });
}

}  // namespace cajal::cpu
