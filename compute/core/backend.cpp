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

void Backend::denseForward(const Matrix& input, const Matrix& weight, const float* bias,
                           Activation activation, const Matrix& output) {
  require(input.columns == weight.columns, "denseForward: input (B, in) and weight (out, in) differ in `in`");
  require(output.rows == input.rows && output.columns == weight.rows,
          "denseForward: output must be (B, out)");
  require(activation != Activation::softmax, "denseForward: softmax belongs to the head");
  doDenseForward(input, weight, bias, activation, output);
}

void Backend::activateRows(Activation activation, const Matrix& output) {
  doActivateRows(activation, output);
}

void Backend::head(const Head& head, const Matrix& output, const Targets& targets, const Matrix* dLoss_dZ,
                   float inverseBatch, int statistics) {
  require(head.loss != Loss::crossEntropy || head.activation == Activation::softmax ||
              head.activation == Activation::sigmoid,
          "head: cross-entropy needs softmax or sigmoid outputs");
  require(!dLoss_dZ || (dLoss_dZ->rows == output.rows && dLoss_dZ->columns == output.columns),
          "head: dLoss_dZ must be shaped like the output");
  require(statistics >= 0 && statistics < kStatisticsSlots, "head: no such statistics slot");
  doHead(head, output, targets, dLoss_dZ, inverseBatch, statistics);
}

void Backend::denseBackwardInput(const Matrix& dLoss_dZ, const Matrix& weight, const Matrix& input,
                                 Activation before, const Matrix& dLoss_dZBefore) {
  require(dLoss_dZ.columns == weight.rows,
          "denseBackwardInput: dLoss_dZ (B, out) and weight (out, in) differ in `out`");
  require(input.columns == weight.columns && input.rows == dLoss_dZ.rows,
          "denseBackwardInput: input must be (B, in)");
  require(dLoss_dZBefore.rows == input.rows && dLoss_dZBefore.columns == input.columns,
          "denseBackwardInput: the result must be shaped like the input");
  doDenseBackwardInput(dLoss_dZ, weight, input, before, dLoss_dZBefore);
}

void Backend::denseBackwardParameters(const Matrix& dLoss_dZ, const Matrix& input, const Matrix& dWeight,
                                      float* dBias, bool accumulate) {
  require(dLoss_dZ.rows == input.rows, "denseBackwardParameters: dLoss_dZ and input differ in B");
  require(dWeight.rows == dLoss_dZ.columns && dWeight.columns == input.columns,
          "denseBackwardParameters: dWeight must be (out, in)");
  doDenseBackwardParameters(dLoss_dZ, input, dWeight, dBias, accumulate);
}

void Backend::update(const Hyperparameters& hyperparameters, std::uint64_t updates, float* parameters,
                     const float* gradients, float* firstMoments, float* secondMoments, std::size_t count,
                     std::size_t decayed) {
  require(decayed <= count, "update: more parameters to decay than there are");
  require(updates > 0, "update: updates are counted from 1");
  doUpdate(hyperparameters, updates, parameters, gradients, firstMoments, secondMoments, count, decayed);
}

#if !CAJAL_HAS_CUDA
std::string whyNoCuda() {
  return "this build has no CUDA: the toolkit was not found when it was configured";
}

std::unique_ptr<Backend> makeCudaBackend(int) {
  throw Error(ExitCode::gpu,
              "--backend cuda: " + whyNoCuda() + "; install the CUDA toolkit and run ./run again");
}
#endif

}  // namespace cajal
