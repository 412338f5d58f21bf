#pragma once
// The health of a network: what can be told from a step about each tensor and each layer, and what it means.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compute/core/telemetry.h"
#include "compute/training/network.h"

namespace cajal {

struct TensorHealth {
  std::string name;  // "layer1.weight"
  TensorRole role = TensorRole::weight;
  int layer = 0;
  Summary values;    // behind the step
  Summary gradient;  // of the step's batch, as the backward pass left it
  Summary change;    // what the step added to the values

  // ‖Δw‖ / ‖w‖: about 0.001 where a network learns well; 0 for values that are all zero.
  double changeRatio() const { return values.norm() > 0 ? change.norm() / values.norm() : 0.0; }
};

struct Health {
  std::uint64_t step = 0;             // behind which it was taken
  std::vector<TensorHealth> tensors;  // all that are learnt
  std::vector<UnitSummary> layers;    // by layer; 0 is the first behind the input

  // NaN and infinite values, gradients and outputs.
  std::uint64_t notFinite() const;
};

// Measures health: asks the backend for summaries behind a step, and reads them once they have arrived.
class HealthMeter {
 public:
  // Behind a step that has kept its changes. `rows` of its batch still stand in the workspace. No effect
  // while a measurement before is on its way.
  void measure(Telemetry& telemetry, const Network& network, const Workspace& workspace, std::size_t rows,
               std::uint64_t step);
  // The newest that has arrived, or null. It stays valid.
  std::shared_ptr<const Health> newest(Telemetry& telemetry, const Network& network);

 private:
  std::uint64_t m_step = 0;  // of the summaries that are on their way
  std::shared_ptr<const Health> m_newest;
};

// The norm of all gradients of a layer (counted from 1) together.
double gradientNorm(const Health& health, int layer);
// ‖Δw‖ / ‖w‖ of a layer's weights; 0 where it has none.
double changeRatio(const Health& health, int layer);

// What a neuron does over the inputs that somebody looks at (looks.h), in the words of UnitSummary. Of hidden
// neurons; a softmax, and what has no activation, is always alive.
enum class NeuronState : std::uint8_t {
  alive,
  dead,       // its slope is flat (kFlatSlope) for every input, as UnitSummary::dead: it learns from none
  saturated,  // not dead; its activation is bounded on both sides, and of its outputs nearly all are flat
};
inline constexpr double kSaturatedShare = 0.95;

// The outputs y at which a slope is flat: from `from` to `to`, and from `above` on; NaN where there are none.
struct FlatOutputs {
  float from, to, above;
  bool isBounded;  // on both sides
  bool contains(float y) const { return (y >= from && y <= to) || y >= above; }
};
FlatOutputs flatOutputs(Activation activation);

// `outputs`: y of one neuron. Where a slope cannot be told from y (needsPreActivation()), it counts as flat
// where y is so near below zero as it is where f is flat; a neuron that is always just below zero is taken
// for dead then.
NeuronState stateOf(Activation activation, std::span<const float> outputs);
// The same for a layer at once: outputs (rows, neurons). A neuron of a convolution is a channel, its rows are
// examples times pixels.
std::vector<NeuronState> statesOf(Activation activation, std::span<const float> outputs, std::size_t neurons);

}  // namespace cajal
