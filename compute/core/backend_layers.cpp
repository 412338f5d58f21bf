// The checks of the operations that layers are made of: shapes once, above both backends.
#include "compute/core/backend.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

bool sameShape(const Matrix& a, const Matrix& b) {
  return a.rows == b.rows && a.columns == b.columns;
}

void requireKept(Activation activation, const float* z, const char* words) {
  require(!needsPreActivation(activation) || z != nullptr, words);
}

void checkConvolution(const Convolution& c, const Matrix& input, const Matrix& weight, const Matrix& output) {
  require(c.window.fits() && c.window.stride > 0, "convolution: the window is larger than the padded image");
  require(c.groups > 0 && c.window.input.channels % c.groups == 0 && c.outputs % c.groups == 0,
          "convolution: the groups must divide the channels on both sides");
  require(input.columns == c.window.input.count() && output.columns == c.output().count(),
          "convolution: images must be (B, rows · columns · channels)");
  require(input.rows == output.rows, "convolution: input and output differ in B");
  require(weight.rows == c.outputs && weight.columns == c.taps(),
          "convolution: weight must be (outputs, taps)");
}

void checkPooling(const Pooling& pooling, const Matrix& input, const Matrix& output) {
  require(pooling.window.fits() && pooling.window.alwaysMeets(),
          "pool: the window must meet the image wherever it stands");
  require(input.columns == pooling.window.input.count() && output.columns == pooling.output().count(),
          "pool: images must be (B, rows · columns · channels)");
  require(input.rows == output.rows, "pool: input and output differ in B");
}

}  // namespace

void Backend::denseForward(const Matrix& input, const Matrix& weight, const float* bias,
                           Activation activation, const Matrix& output, float* z) {
  require(input.columns == weight.columns, "denseForward: input (B, in) and weight (out, in) differ in `in`");
  require(output.rows == input.rows && output.columns == weight.rows,
          "denseForward: output must be (B, out)");
  require(activation != Activation::softmax, "denseForward: softmax belongs to the head");
  requireKept(activation, z, "denseForward: z must be kept for this activation");
  doDenseForward(input, weight, bias, activation, output, z);
}

void Backend::denseBackwardInput(const Matrix& dLoss_dZ, const Matrix& weight, const ActivatedOutput& before,
                                 const Matrix& dLoss_dZBefore) {
  require(dLoss_dZ.columns == weight.rows,
          "denseBackwardInput: dLoss_dZ (B, out) and weight (out, in) differ in `out`");
  require(dLoss_dZBefore.rows == dLoss_dZ.rows && dLoss_dZBefore.columns == weight.columns,
          "denseBackwardInput: the result must be (B, in)");
  requireKept(before.activation, before.z, "denseBackwardInput: z of the layer before is wanted");
  doDenseBackwardInput(dLoss_dZ, weight, before, dLoss_dZBefore);
}

void Backend::denseBackwardParameters(const Matrix& dLoss_dZ, const Matrix& input, const Matrix& dWeight,
                                      float* dBias, bool accumulate) {
  require(dLoss_dZ.rows == input.rows, "denseBackwardParameters: dLoss_dZ and input differ in B");
  require(dWeight.rows == dLoss_dZ.columns && dWeight.columns == input.columns,
          "denseBackwardParameters: dWeight must be (out, in)");
  doDenseBackwardParameters(dLoss_dZ, input, dWeight, dBias, accumulate);
}

void Backend::convolutionForward(const Convolution& convolution, const Matrix& input, const Matrix& weight,
                                 const float* bias, Activation activation, const Matrix& output, float* z) {
  checkConvolution(convolution, input, weight, output);
  require(activation != Activation::softmax, "convolutionForward: softmax belongs to the head");
  requireKept(activation, z, "convolutionForward: z must be kept for this activation");
  doConvolutionForward(convolution, input, weight, bias, activation, output, z);
}

void Backend::convolutionBackwardInput(const Convolution& convolution, const Matrix& dLoss_dZ,
                                       const Matrix& weight, const ActivatedOutput& before,
                                       const Matrix& dLoss_dZBefore) {
  checkConvolution(convolution, dLoss_dZBefore, weight, dLoss_dZ);
  requireKept(before.activation, before.z, "convolutionBackwardInput: z of the layer before is wanted");
  doConvolutionBackwardInput(convolution, dLoss_dZ, weight, before, dLoss_dZBefore);
}

void Backend::convolutionBackwardParameters(const Convolution& convolution, const Matrix& dLoss_dZ,
                                            const Matrix& input, const Matrix& dWeight, float* dBias,
                                            bool accumulate) {
  checkConvolution(convolution, input, dWeight, dLoss_dZ);
  doConvolutionBackwardParameters(convolution, dLoss_dZ, input, dWeight, dBias, accumulate);
}

void Backend::poolForward(const Pooling& pooling, const Matrix& input, const Matrix& output) {
  checkPooling(pooling, input, output);
  doPoolForward(pooling, input, output);
}

void Backend::poolBackward(const Pooling& pooling, const Matrix& input, const Matrix& dLoss_dOutput,
                           const Matrix& dLoss_dInput) {
  checkPooling(pooling, input, dLoss_dOutput);
  require(sameShape(input, dLoss_dInput), "poolBackward: the result must be shaped like the input");
  doPoolBackward(pooling, input, dLoss_dOutput, dLoss_dInput);
}

void Backend::batchNormForward(const Matrix& input, const ScaleAndShift& parameters,
                               const RunningStatistics& running, float* batchStatistics,
                               const Matrix& output) {
  require(sameShape(input, output), "batchNormForward: output must be shaped like the input");
  doBatchNormForward(input, parameters, running, batchStatistics, output);
}

void Backend::batchNormBackward(const Matrix& input, const ScaleAndShift& parameters,
                                const float* batchStatistics, const Matrix& dLoss_dOutput,
                                const RunningStatistics& running, const ScaleAndShift& gradients,
                                bool accumulate, const Matrix* dLoss_dInput) {
  require(sameShape(input, dLoss_dOutput) && (!dLoss_dInput || sameShape(input, *dLoss_dInput)),
          "batchNormBackward: gradients must be shaped like the input");
  doBatchNormBackward(input, parameters, batchStatistics, dLoss_dOutput, running, gradients, accumulate,
                      dLoss_dInput);
}

void Backend::layerNormForward(const Matrix& input, const ScaleAndShift& parameters, float* rowStatistics,
                               const Matrix& output) {
  require(sameShape(input, output), "layerNormForward: output must be shaped like the input");
  doLayerNormForward(input, parameters, rowStatistics, output);
}

void Backend::layerNormBackward(const Matrix& input, const ScaleAndShift& parameters,
                                const float* rowStatistics, const Matrix& dLoss_dOutput,
                                const ScaleAndShift& gradients, bool accumulate, const Matrix* dLoss_dInput) {
  require(sameShape(input, dLoss_dOutput) && (!dLoss_dInput || sameShape(input, *dLoss_dInput)),
          "layerNormBackward: gradients must be shaped like the input");
  doLayerNormBackward(input, parameters, rowStatistics, dLoss_dOutput, gradients, accumulate, dLoss_dInput);
}

void Backend::dropout(const DropoutMask& mask, const Matrix& input, const Matrix& output) {
  require(sameShape(input, output), "dropout: output must be shaped like the input");
  require(mask.rate >= 0 && mask.rate < 1, "dropout: the rate must be from 0 to below 1");
  require(mask.firstRow % kDropoutBlock == 0, "dropout: chunks must begin with a block");
  doDropout(mask, input, output);
}

void Backend::add(const Matrix& a, const Matrix& b, const Matrix& output) {
  require(sameShape(a, b) && sameShape(a, output), "add: three matrices of one shape");
  doAdd(a, b, output);
}

void Backend::activate(Activation activation, const Matrix& values, float* z) {
  require(activation != Activation::softmax, "activate: softmax belongs to the head");
  requireKept(activation, z, "activate: z must be kept for this activation");
  doActivate(activation, values, z);
}

void Backend::multiplyByDerivative(const Matrix& source, const ActivatedOutput& before, const Matrix& target,
                                   bool accumulate) {
  require(sameShape(source, target), "multiplyByDerivative: source and target must be of one shape");
  requireKept(before.activation, before.z, "multiplyByDerivative: z of the layer before is wanted");
  doMultiplyByDerivative(source, before, target, accumulate);
}

}  // namespace cajal
