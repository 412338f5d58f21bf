#include "compute/training/health.h"

#include <algorithm>
#include <cmath>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kRangesPerTensor = 3;  // values, gradient, change

// Running statistics have no gradient.
bool isLearnt(const TensorView& tensor) {
  return tensor.arena == ArenaKind::parameters && tensor.role != TensorRole::statistic;
}

std::uint64_t notFinite(const Summary& summary) {
  return summary.nans + summary.infinities;
}

}  // namespace

std::uint64_t Health::notFinite() const {
  std::uint64_t count = 0;
  for (const TensorHealth& tensor : tensors)
    count += cajal::notFinite(tensor.values) + cajal::notFinite(tensor.gradient);
  for (const UnitSummary& layer : layers) count += cajal::notFinite(layer.outputs);
  return count;
}

std::vector<ValueRange> healthRanges(const Network& network, const float* changes) {
  std::vector<ValueRange> ranges;
  for (const TensorView& tensor : network.tensors()) {
    if (!isLearnt(tensor)) continue;
    const std::size_t count = tensor.shape.count();
    ranges.push_back({network.arena(ArenaKind::parameters) + tensor.offset, count});
    ranges.push_back({network.arena(ArenaKind::gradients) + tensor.offset, count});
    ranges.push_back({changes + tensor.offset, count});
  }
  return ranges;
}

std::vector<UnitRange> healthUnits(const Network& network, const Workspace& workspace, std::size_t rows) {
  std::vector<UnitRange> units;
  for (std::size_t l = 1; l <= network.layers().size(); ++l) {
    const ExampleShape& shape = network.shape(l);
    units.push_back({{network.layers()[l - 1]->activation(), workspace.outputs[l], workspace.z[l]},
                     rows * shape.pixels(),
                     shape.channels});
  }
  return units;
}

Health readHealth(const Network& network, const Summaries& summaries, std::uint64_t step) {
  Health health{step, {}, summaries.units};
  auto next = summaries.ranges.begin();
  for (const TensorView& tensor : network.tensors()) {
    if (!isLearnt(tensor)) continue;
    require(summaries.ranges.end() - next >= static_cast<std::ptrdiff_t>(kRangesPerTensor),
            "readHealth: summaries of another network");
    health.tensors.push_back({tensor.name, tensor.role, tensor.layer, next[0], next[1], next[2]});
    next += kRangesPerTensor;
  }
  return health;
}

double gradientNorm(const Health& health, int layer) {
  double squares = 0;
  for (const TensorHealth& tensor : health.tensors)
    squares += tensor.layer == layer ? tensor.gradient.squares : 0.0;
  return std::sqrt(squares);
}

double changeRatio(const Health& health, int layer) {
  const auto found = std::find_if(
      health.tensors.begin(), health.tensors.end(),
      [&](const TensorHealth& tensor) { return tensor.layer == layer && tensor.role == TensorRole::weight; });
  return found == health.tensors.end() ? 0.0 : found->changeRatio();
}

}  // namespace cajal
