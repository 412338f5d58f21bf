#include "compute/core/backend.h"

#include "engine/base/error.h"

namespace cajal {

void Backend::gather(const DeviceExamples& examples, const BatchSelection& selection, const Matrix& input,
                     const Targets& targets) {
  require(examples.count > 0, "gather: no examples");
  require(input.rows == selection.count && input.columns == examples.features,
          "gather: input must be (B, features)");
  require(examples.targets ? targets.values != nullptr : targets.labels != nullptr,
          "gather: no place for the targets");
  require(!examples.weights || targets.weights, "gather: no place for the weights of the examples");
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

void Backend::update(const Hyperparameters& hyperparameters, const UpdateCount& count,
                     const UpdateArenas& arenas, bool blocksNotFinite) {
  require(arenas.penalized <= arenas.count, "update: more parameters to decay than there are");
  require(count.updates > 0, "update: updates are counted from 1");
  doUpdate(hyperparameters, count, arenas, blocksNotFinite);
}

void Backend::moveAverage(const float* parameters, float decay, float* average, std::size_t count) {
  require(decay >= 0 && decay <= 1, "moveAverage: the decay must be from 0 to 1");
  doMoveAverage(parameters, decay, average, count);
}

}  // namespace cajal
