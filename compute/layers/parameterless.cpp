#include "compute/layers/parameterless.h"

#include <fmt/format.h>

namespace cajal {

Pool::Pool(const Pooling& pooling)
    : Layer(fmt::format("{} pool {}x{}", pooling.kind == PoolKind::maximum ? "max" : "average",
                        pooling.window.size, pooling.window.size),
            pooling.window.input, pooling.output(), Activation::identity),
      m_pooling(pooling) {}

void Pool::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  pass.operations.run(PoolForward{m_pooling, flow.input, flow.output});
}

void Pool::backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                    const Matrix* dLoss_dZBefore) const {
  if (!dLoss_dZBefore) return;
  pass.operations.run(PoolBackward{m_pooling, flow.input, dLoss_dZ, *dLoss_dZBefore});
  if (before.activation != Activation::identity) {
    pass.operations.run(MultiplyByDerivative{*dLoss_dZBefore, before, *dLoss_dZBefore, false});
  }
}

Dropout::Dropout(ExampleShape shape, float rate, std::uint32_t place)
    : Layer(fmt::format("dropout {:g}", rate), shape, shape, Activation::identity),
      m_rate(rate),
      m_place(place) {}

DropoutMask Dropout::mask(const Pass& pass) const {
  DropoutMask mask = pass.mask;
  mask.layer = m_place;
  mask.rate = pass.isTraining ? m_rate : 0.0f;
  return mask;
}

void Dropout::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  pass.operations.run(ApplyDropout{mask(pass), flow.input, flow.output});
}

void Dropout::backward(const Pass& pass, const Flow&, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                       const Matrix* dLoss_dZBefore) const {
  if (!dLoss_dZBefore) return;
  pass.operations.run(ApplyDropout{mask(pass), dLoss_dZ, *dLoss_dZBefore});
  if (before.activation != Activation::identity) {
    pass.operations.run(MultiplyByDerivative{*dLoss_dZBefore, before, *dLoss_dZBefore, false});
  }
}

Flatten::Flatten(ExampleShape input) : Layer("flatten", input, {1, 1, input.count()}, Activation::identity) {}

void Flatten::forward(const Pass& pass, const Flow& flow, const Matrix*) const {
  // A copy, though the values do not change: every layer has an output of its own to be looked at.
  pass.operations.run(ApplyDropout{{}, flow.input, flow.output});
}

void Flatten::backward(const Pass& pass, const Flow&, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                       const Matrix* dLoss_dZBefore) const {
  if (dLoss_dZBefore) pass.operations.run(MultiplyByDerivative{dLoss_dZ, before, *dLoss_dZBefore, false});
}

Residual::Residual(ExampleShape shape, std::size_t back, Activation activation)
    : Layer(fmt::format("add {} back", back), shape, shape, activation), m_back(back) {}

void Residual::forward(const Pass& pass, const Flow& flow, const Matrix* second) const {
  pass.operations.run(Add{flow.input, *second, flow.output});
  if (activation() != Activation::identity) pass.operations.run(Activate{activation(), flow.output, flow.z});
}

void Residual::backward(const Pass& pass, const Flow&, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                        const Matrix* dLoss_dZBefore) const {
  if (dLoss_dZBefore) pass.operations.run(MultiplyByDerivative{dLoss_dZ, before, *dLoss_dZBefore, false});
}

}  // namespace cajal
