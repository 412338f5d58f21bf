#include "compute/layers/dense.h"

#include <fmt/format.h>

namespace cajal {

Dense::Dense(ExampleShape input, std::size_t outputs, Activation activation)
    : Layer(fmt::format("dense {}", outputs), input, {1, 1, outputs}, activation) {}

std::vector<ParameterSpec> Dense::parameters() const {
  const std::size_t in = input().count(), out = output().count();
  return {{"weight", TensorRole::weight, {{out, in}}, Start::byInitializer, in, out},
          {"bias", TensorRole::bias, {{out}}, Start::zero, in, out}};
}

void Dense::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  pass.operations.run(
      DenseForward{flow.input, weight(), parameter(1).value, activation(), flow.output, flow.z});
}

void Dense::backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ,
                     const ActivatedOutput& before, const Matrix* dLoss_dZBefore) const {
  const Matrix dWeight = {parameter(0).gradient, output().count(), input().count()};
  pass.operations.run(
      DenseBackwardParameters{dLoss_dZ, flow.input, dWeight, parameter(1).gradient, pass.accumulate});
  if (dLoss_dZBefore) pass.operations.run(DenseBackwardInput{dLoss_dZ, weight(), before, *dLoss_dZBefore});
}

}  // namespace cajal
