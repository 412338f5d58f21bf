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

// f(z) where the slope of its tail, on the way to minus infinity, becomes kFlatSlope: the tail is between
// this and zero.
float tailOf(Activation activation) {
  switch (activation) {
    case Activation::gelu: return -0.00331f;      // z = -3.07
    case Activation::geluTanh: return -0.00306f;  // z = -3.05
    case Activation::silu: return -0.01192f;      // z = -6.26
    default: return 0.0f;                         // hard swish: z = -3
  }
}

bool isFlat(Activation activation, float y) {
  if (needsPreActivation(activation)) return y <= 0 && y >= tailOf(activation);
  return std::fabs(derivative(activation, 0.0f, y)) < kFlatSlope;
}

bool isBounded(Activation activation) {
  const Interval range = outputRange(activation);
  return std::isfinite(range.low) && std::isfinite(range.high);
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

NeuronState stateOf(Activation activation, std::span<const float> outputs) {
  return statesOf(activation, outputs, 1).front();
}

std::vector<NeuronState> statesOf(Activation activation, std::span<const float> outputs,
                                  std::size_t neurons) {
  require(neurons > 0 && outputs.size() % neurons == 0, "statesOf: outputs must be (rows, neurons)");
  const std::size_t rows = outputs.size() / neurons;
  std::vector<std::size_t> flat(neurons, 0);
  for (std::size_t i = 0; i < outputs.size(); ++i) flat[i % neurons] += isFlat(activation, outputs[i]);
  const double enough = kSaturatedShare * static_cast<double>(rows);
  std::vector<NeuronState> states(neurons, NeuronState::alive);
  for (std::size_t neuron = 0; neuron < neurons && rows > 0; ++neuron) {
    if (flat[neuron] == rows) {
      states[neuron] = NeuronState::dead;
    } else if (isBounded(activation) && static_cast<double>(flat[neuron]) >= enough) {
      states[neuron] = NeuronState::saturated;
    }
  }
  return states;
}

}  // namespace cajal
