#pragma once
// A convolution: every neuron reads a window of the image, and all neurons of a channel share one kernel.
//
//   y[r, c, o] = f(Σ W[o, i, j, k] x[r s + i d - p, c s + j d - p, k] + b[o])      stride s, dilation d,
//   padding p
//
// W (out, size, size, in / groups), b (out): channels last, like the images.

#include "compute/layers/layer.h"

namespace cajal {

class Conv2D final : public Layer {
 public:
  // The window must fit (layer_spec.h checks what a user wrote).
  Conv2D(const Convolution& convolution, Activation activation);

  std::vector<ParameterSpec> parameters() const override;
  std::size_t multiplyAdds() const override { return output().count() * m_convolution.taps(); }
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;

 private:
  Matrix weight() const { return {parameter(0).value, m_convolution.outputs, m_convolution.taps()}; }

  Convolution m_convolution;
};

}  // namespace cajal
