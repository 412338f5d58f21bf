#pragma once
// Normalisations: mean zero and deviation one, then a scale and a shift that are learnt.
//
//   z = γ (x - μ) / √(σ² + ε) + β,  y = f(z)
//
// Over the batch, one μ and σ a channel (Ioffe & Szegedy 2015), with running ones for when nothing is
// trained; or over the example, one μ and σ each (Ba, Kiros & Hinton 2016).

#include "compute/layers/layer.h"

namespace cajal {

class BatchNorm final : public Layer {
 public:
  BatchNorm(ExampleShape shape, Activation activation);

  // scale, shift, running mean, running variance: (channels) each
  std::vector<ParameterSpec> parameters() const override;
  std::size_t keptFloats(std::size_t) const override { return 2 * input().channels; }
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;
};

class LayerNorm final : public Layer {
 public:
  LayerNorm(ExampleShape shape, Activation activation);

  // scale, shift: (values of an example) each
  std::vector<ParameterSpec> parameters() const override;
  std::size_t keptFloats(std::size_t rows) const override { return 2 * rows; }
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;
};

}  // namespace cajal
