#pragma once
// A dense layer: every neuron reads every value of the layer before.
//
//   y = f(W x + b)      W (out, in), b (out)

#include "compute/layers/layer.h"

namespace cajal {

class Dense final : public Layer {
 public:
  Dense(ExampleShape input, std::size_t outputs, Activation activation);

  std::vector<ParameterSpec> parameters() const override;
  std::size_t multiplyAdds() const override { return input().count() * output().count(); }
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;

 private:
  Matrix weight() const { return {parameter(0).value, output().count(), input().count()}; }
};

}  // namespace cajal
