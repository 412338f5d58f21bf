#include "compute/training/health.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

bool hasFlatSlope(Activation activation, float y) {
  return std::fabs(derivative(activation, 0.0f, y)) < kFlatSlope;
}

// Where, from `steep` on towards `bound`, slopes become flat: the last steep output, or `bound` itself where
// none is flat.
float flatFrom(Activation activation, float steep, float bound) {
  if (!hasFlatSlope(activation, bound)) return std::numeric_limits<float>::quiet_NaN();
  float flat = bound;
  for (int halving = 0; halving < 64; ++halving) {
    const float middle = 0.5f * (steep + flat);
    (hasFlatSlope(activation, middle) ? flat : steep) = middle;
  }
  return flat;
}

// What must be summed up for a health.
std::vector<ValueRange> rangesOf(const Network& network) {
  std::vector<ValueRange> ranges;
  for (const TensorView& tensor : network.tensors()) {
    if (!isLearnt(tensor)) continue;
    const std::size_t count = tensor.shape.count();
    ranges.push_back({network.arena(ArenaKind::parameters) + tensor.offset, count});
    ranges.push_back({network.arena(ArenaKind::gradients) + tensor.offset, count});
    ranges.push_back({network.arena(ArenaKind::changes) + tensor.offset, count});
  }
  return ranges;
}

// `rows`: of the batch that stands in the workspace.
std::vector<UnitRange> unitsOf(const Network& network, const Workspace& workspace, std::size_t rows) {
  std::vector<UnitRange> units;
  for (std::size_t l = 1; l <= network.layers().size(); ++l) {
    const ExampleShape& shape = network.shape(l);
    units.push_back({{network.layers()[l - 1]->activation(), workspace.outputs[l], workspace.z[l]},
                     rows * shape.pixels(),
                     shape.channels});
  }
  return units;
}

// From those summaries.
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

}  // namespace

std::uint64_t Health::notFinite() const {
  std::uint64_t count = 0;
  for (const TensorHealth& tensor : tensors)
    count += cajal::notFinite(tensor.values) + cajal::notFinite(tensor.gradient);
  for (const UnitSummary& layer : layers) count += cajal::notFinite(layer.outputs);
  return count;
}

void HealthMeter::measure(Telemetry& telemetry, const Network& network, const Workspace& workspace,
                          std::size_t rows, std::uint64_t step) {
  newest(telemetry, network);  // makes room for another answer
  if (telemetry.takeSummaries(rangesOf(network), unitsOf(network, workspace, rows))) m_step = step;
}

std::shared_ptr<const Health> HealthMeter::newest(Telemetry& telemetry, const Network& network) {
  if (const std::optional<Summaries> summaries = telemetry.pollSummaries())
    m_newest = std::make_shared<const Health>(readHealth(network, *summaries, m_step));
  return m_newest;
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

// The slope of every activation that is told from its output grows from each bound towards the middle:
// between bounds that are finite, or just above the one that is.
FlatOutputs flatOutputs(Activation activation) {
  constexpr float kNowhere = std::numeric_limits<float>::quiet_NaN(),
                  kForever = std::numeric_limits<float>::infinity();
  if (needsPreActivation(activation)) return {tailOf(activation), 0.0f, kNowhere, false};
  const Interval range = outputRange(activation);
  const bool isBounded = std::isfinite(range.low) && std::isfinite(range.high);
  const float steep = isBounded                  ? 0.5f * (range.low + range.high)
                      : std::isfinite(range.low) ? range.low + 1.0f
                                                 : 0.0f;
  FlatOutputs flat{kNowhere, kNowhere, kNowhere, isBounded};
  if (std::isfinite(range.low)) flat.to = flatFrom(activation, steep, range.low);
  if (!std::isnan(flat.to)) flat.from = -kForever;
  if (std::isfinite(range.high)) flat.above = flatFrom(activation, steep, range.high);
  return flat;
}

NeuronState stateOf(Activation activation, std::span<const float> outputs) {
  return statesOf(activation, outputs, 1).front();
}

std::vector<NeuronState> statesOf(Activation activation, std::span<const float> outputs,
                                  std::size_t neurons) {
  require(neurons > 0 && outputs.size() % neurons == 0, "statesOf: outputs must be (rows, neurons)");
  const std::size_t rows = outputs.size() / neurons;
  const FlatOutputs where = flatOutputs(activation);
  std::vector<std::size_t> flat(neurons, 0);
  for (std::size_t i = 0; i < outputs.size(); ++i) flat[i % neurons] += where.contains(outputs[i]);
  const double enough = kSaturatedShare * static_cast<double>(rows);
  std::vector<NeuronState> states(neurons, NeuronState::alive);
  for (std::size_t neuron = 0; neuron < neurons && rows > 0; ++neuron) {
    if (flat[neuron] == rows) {
      states[neuron] = NeuronState::dead;
    } else if (where.isBounded && static_cast<double>(flat[neuron]) >= enough) {
      states[neuron] = NeuronState::saturated;
    }
  }
  return states;
}

}  // namespace cajal
