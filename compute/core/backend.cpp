#include "compute/core/backend.h"

#include "engine/base/error.h"

namespace cajal {
std::span<const KindName> namesOf(Precision) {
  static constexpr KindName kNames[] = {{"fp32", "fp32"}, {"tf32", "tf32"}, {"bf16", "bf16"}};
  return kNames;
}

void Backend::gather(const DeviceExamples& examples, const BatchSelection& selection, const Matrix& input,
                     const Targets& targets) {
  require(examples.count > 0, "gather: no examples");
  require(input.rows == selection.count && input.columns == examples.features,
          "gather: input must be (B, features)");
  const bool hasTargets = examples.onHost ? !examples.onHost->targets.empty() : examples.targets != nullptr;
  const bool hasWeights = examples.onHost ? !examples.onHost->weights.empty() : examples.weights != nullptr;
  require(hasTargets ? targets.values != nullptr : targets.labels != nullptr,
          "gather: no place for the targets");
  require(!hasWeights || targets.weights, "gather: no place for the weights of the examples");
  require(!examples.onHost || !selection.state, "gather: the host does not know where the clock stands");
  doGather(examples, selection, input, targets);
}

void Backend::activateRows(Activation activation, const Matrix& output) {
  doActivateRows(activation, output);
}

void Backend::head(const Head& head, const Matrix& output, const Targets& targets, const Matrix* dLoss_dZ,
                   float inverseBatch, int statistics) {
  if (const std::string why = whyNot(head); !why.empty()) throw Error(ExitCode::bug, "head: " + why);
  require(!dLoss_dZ || (dLoss_dZ->rows == output.rows && dLoss_dZ->columns == output.columns),
          "head: dLoss_dZ must be shaped like the output");
  require(statistics >= 0 && statistics < kStatisticsSlots, "head: no such statistics slot");
  doHead(head, output, targets, dLoss_dZ, inverseBatch, statistics);
}

void Backend::repeat(std::uint64_t, std::uint64_t times, const std::function<void()>& step) {
  for (std::uint64_t i = 0; i < times; ++i) step();
}

void Backend::update(StepState* state, const UpdateArenas& arenas, bool isMeasured) {
  require(state != nullptr, "update: no rules to follow");
  require(arenas.penalized <= arenas.count, "update: more parameters to decay than there are");
  doUpdate(state, arenas, isMeasured);
}

void Backend::moveAverage(const StepState* state, const float* parameters, float decay, float* average,
                          std::size_t count) {
  require(decay >= 0 && decay <= 1, "moveAverage: the decay must be from 0 to 1");
  doMoveAverage(state, parameters, decay, average, count);
}

}  // namespace cajal
