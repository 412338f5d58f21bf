#include "compute/layers/normalization.h"

namespace cajal {
namespace {

// (B, pixels · channels) as (B · pixels, channels): each channel is a column.
Matrix byChannel(const Matrix& images, std::size_t channels) {
  return {images.data, images.count() / channels, channels};
}

void finishForward(const Pass& pass, const Flow& flow, Activation activation) {
  if (activation != Activation::identity) pass.operations.run(Activate{activation, flow.output, flow.z});
}

void finishBackward(const Pass& pass, const ActivatedOutput& before, const Matrix& gradient) {
  if (before.activation != Activation::identity) {
    pass.operations.run(MultiplyByDerivative{gradient, before, gradient, false});
  }
}

}  // namespace

BatchNorm::BatchNorm(ExampleShape shape, Activation activation)
    : Layer("batch norm", shape, shape, activation) {}

std::vector<ParameterSpec> BatchNorm::parameters() const {
  const Shape shape = {{input().channels}};
  return {{"scale", TensorRole::scale, shape, Start::one},
          {"bias", TensorRole::bias, shape, Start::zero},
          {"running_mean", TensorRole::statistic, shape, Start::zero},
          {"running_variance", TensorRole::statistic, shape, Start::one}};
}

void BatchNorm::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  const std::size_t channels = input().channels;
  pass.operations.run(BatchNormForward{byChannel(flow.input, channels),
                                       {parameter(0).value, parameter(1).value},
                                       {parameter(2).value, parameter(3).value},
                                       pass.isTraining ? flow.kept : nullptr,
                                       byChannel(flow.output, channels)});
  finishForward(pass, flow, activation());
}

void BatchNorm::backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ,
                         const ActivatedOutput& before, const Matrix* dLoss_dZBefore) const {
  const std::size_t channels = input().channels;
  Matrix target;
  if (dLoss_dZBefore) target = byChannel(*dLoss_dZBefore, channels);
  pass.operations.run(BatchNormBackward{byChannel(flow.input, channels),
                                        {parameter(0).value, parameter(1).value},
                                        flow.kept,
                                        byChannel(dLoss_dZ, channels),
                                        {parameter(2).value, parameter(3).value, pass.mask.state},
                                        {parameter(0).gradient, parameter(1).gradient},
                                        pass.accumulate,
                                        dLoss_dZBefore ? &target : nullptr});
  if (dLoss_dZBefore) finishBackward(pass, before, *dLoss_dZBefore);
}

LayerNorm::LayerNorm(ExampleShape shape, Activation activation)
    : Layer("layer norm", shape, shape, activation) {}

std::vector<ParameterSpec> LayerNorm::parameters() const {
  const Shape shape = {{input().count()}};
  return {{"scale", TensorRole::scale, shape, Start::one}, {"bias", TensorRole::bias, shape, Start::zero}};
}

void LayerNorm::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  pass.operations.run(
      LayerNormForward{flow.input, {parameter(0).value, parameter(1).value}, flow.kept, flow.output});
  finishForward(pass, flow, activation());
}

void LayerNorm::backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ,
                         const ActivatedOutput& before, const Matrix* dLoss_dZBefore) const {
  pass.operations.run(LayerNormBackward{flow.input,
                                        {parameter(0).value, parameter(1).value},
                                        flow.kept,
                                        dLoss_dZ,
                                        {parameter(0).gradient, parameter(1).gradient},
                                        pass.accumulate,
                                        dLoss_dZBefore});
  if (dLoss_dZBefore) finishBackward(pass, before, *dLoss_dZBefore);
}

}  // namespace cajal
