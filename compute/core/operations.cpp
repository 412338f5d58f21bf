// The checks of all operations: shapes once, above both backends.
#include "compute/core/operations.h"

#include "compute/core/telemetry.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

bool sameShape(const Matrix& a, const Matrix& b) {
  return a.rows == b.rows && a.columns == b.columns;
}

bool sameShape(const Matrix& a, const Matrix* b) {
  return !b || sameShape(a, *b);
}

void requireKept(Activation activation, const float* z, const char* words) {
  require(!needsPreActivation(activation) || z != nullptr, words);
}

void requireShapes(const Convolution& c, const Matrix& input, const Matrix& weight, const Matrix& output) {
  require(c.window.fits() && c.window.stride > 0, "convolution: the window is larger than the padded image");
  require(c.groups > 0 && c.window.input.channels % c.groups == 0 && c.outputs % c.groups == 0,
          "convolution: the groups must divide the channels on both sides");
  require(input.columns == c.window.input.count() && output.columns == c.output().count(),
          "convolution: images must be (B, rows · columns · channels)");
  require(input.rows == output.rows, "convolution: input and output differ in B");
  require(weight.rows == c.outputs && weight.columns == c.taps(),
          "convolution: weight must be (outputs, taps)");
}

void requireShapes(const Pooling& pooling, const Matrix& input, const Matrix& output) {
  require(pooling.window.fits() && pooling.window.alwaysMeets(),
          "pool: the window must meet the image wherever it stands");
  require(input.columns == pooling.window.input.count() && output.columns == pooling.output().count(),
          "pool: images must be (B, rows · columns · channels)");
  require(input.rows == output.rows, "pool: input and output differ in B");
}

void checkOne(const Gather& o) {
  const Examples* const onHost = o.examples.onHost;
  require(o.examples.count > 0, "gather: no examples");
  require(o.input.rows == o.selection.count && o.input.columns == o.examples.features,
          "gather: input must be (B, features)");
  const bool hasTargets = onHost ? !onHost->targets.empty() : o.examples.targets != nullptr;
  const bool hasWeights = onHost ? !onHost->weights.empty() : o.examples.weights != nullptr;
  require(hasTargets ? o.targets.values != nullptr : o.targets.labels != nullptr,
          "gather: no place for the targets");
  require(!hasWeights || o.targets.weights, "gather: no place for the weights of the examples");
  require(!onHost || !o.selection.state, "gather: the host does not know where the clock stands");
}

void checkOne(const DenseForward& o) {
  require(o.input.columns == o.weight.columns,
          "denseForward: input (B, in) and weight (out, in) differ in `in`");
  require(o.output.rows == o.input.rows && o.output.columns == o.weight.rows,
          "denseForward: output must be (B, out)");
  require(o.activation != Activation::softmax, "denseForward: softmax belongs to the head");
  requireKept(o.activation, o.z, "denseForward: z must be kept for this activation");
}

void checkOne(const DenseBackwardInput& o) {
  require(o.dLoss_dZ.columns == o.weight.rows,
          "denseBackwardInput: dLoss_dZ (B, out) and weight (out, in) differ in `out`");
  require(o.dLoss_dZBefore.rows == o.dLoss_dZ.rows && o.dLoss_dZBefore.columns == o.weight.columns,
          "denseBackwardInput: the result must be (B, in)");
  requireKept(o.before.activation, o.before.z, "denseBackwardInput: z of the layer before is wanted");
}

void checkOne(const DenseBackwardParameters& o) {
  require(o.dLoss_dZ.rows == o.input.rows, "denseBackwardParameters: dLoss_dZ and input differ in B");
  require(o.dWeight.rows == o.dLoss_dZ.columns && o.dWeight.columns == o.input.columns,
          "denseBackwardParameters: dWeight must be (out, in)");
}

void checkOne(const ConvolutionForward& o) {
  requireShapes(o.convolution, o.input, o.weight, o.output);
  require(o.activation != Activation::softmax, "convolutionForward: softmax belongs to the head");
  requireKept(o.activation, o.z, "convolutionForward: z must be kept for this activation");
}

void checkOne(const ConvolutionBackwardInput& o) {
  requireShapes(o.convolution, o.dLoss_dZBefore, o.weight, o.dLoss_dZ);
  requireKept(o.before.activation, o.before.z, "convolutionBackwardInput: z of the layer before is wanted");
}

void checkOne(const ConvolutionBackwardParameters& o) {
  requireShapes(o.convolution, o.input, o.dWeight, o.dLoss_dZ);
}

void checkOne(const PoolForward& o) {
  requireShapes(o.pooling, o.input, o.output);
}

void checkOne(const PoolBackward& o) {
  requireShapes(o.pooling, o.input, o.dLoss_dOutput);
  require(sameShape(o.input, o.dLoss_dInput), "poolBackward: the result must be shaped like the input");
}

void checkOne(const BatchNormForward& o) {
  require(sameShape(o.input, o.output), "batchNormForward: output must be shaped like the input");
}

void checkOne(const BatchNormBackward& o) {
  require(sameShape(o.input, o.dLoss_dOutput) && sameShape(o.input, o.dLoss_dInput),
          "batchNormBackward: gradients must be shaped like the input");
}

void checkOne(const LayerNormForward& o) {
  require(sameShape(o.input, o.output), "layerNormForward: output must be shaped like the input");
}

void checkOne(const LayerNormBackward& o) {
  require(sameShape(o.input, o.dLoss_dOutput) && sameShape(o.input, o.dLoss_dInput),
          "layerNormBackward: gradients must be shaped like the input");
}

void checkOne(const ApplyDropout& o) {
  require(sameShape(o.input, o.output), "dropout: output must be shaped like the input");
  require(o.mask.rate >= 0 && o.mask.rate < 1, "dropout: the rate must be from 0 to below 1");
  require(o.mask.firstRow % kDropoutBlock == 0, "dropout: chunks must begin with a block");
}

void checkOne(const Add& o) {
  require(sameShape(o.a, o.b) && sameShape(o.a, o.output), "add: three matrices of one shape");
}

void checkOne(const Activate& o) {
  require(o.activation != Activation::softmax, "activate: softmax belongs to the head");
  requireKept(o.activation, o.z, "activate: z must be kept for this activation");
}

void checkOne(const MultiplyByDerivative& o) {
  require(sameShape(o.source, o.target), "multiplyByDerivative: source and target must be of one shape");
  requireKept(o.before.activation, o.before.z, "multiplyByDerivative: z of the layer before is wanted");
}

void checkOne(const ActivateRows&) {}

void checkOne(const ApplyHead& o) {
  if (const std::string why = whyNot(o.head); !why.empty()) throw Error(ExitCode::bug, "head: " + why);
  require(sameShape(o.output, o.dLoss_dZ), "head: dLoss_dZ must be shaped like the output");
  require(o.statistics >= 0 && o.statistics < Telemetry::kStatisticsSlots, "head: no such statistics slot");
}

}  // namespace

void check(const Operation& operation) {
  std::visit([](const auto& one) { checkOne(one); }, operation);
}

}  // namespace cajal
