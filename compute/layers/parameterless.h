#pragma once
// Layers that have nothing to learn: pools, dropout, flattening, and the sum that closes a residual block.

#include "compute/layers/layer.h"

namespace cajal {

// The largest value, or the mean, of each window; each channel on its own.
class Pool final : public Layer {
 public:
  explicit Pool(const Pooling& pooling);
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;

 private:
  Pooling m_pooling;
};

// While training, values become zero at random and the others make up for it (Srivastava et al. 2014, in the
// inverted form); otherwise nothing happens.
class Dropout final : public Layer {
 public:
  // `place` tells this dropout's masks from those of the others in the network.
  Dropout(ExampleShape shape, float rate, std::uint32_t place);
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;

 private:
  DropoutMask mask(const Pass& pass) const;

  float m_rate;
  std::uint32_t m_place;
};

// The same values in a row: (rows, columns, channels) → (n), in the order they stand in.
class Flatten final : public Layer {
 public:
  explicit Flatten(ExampleShape input);
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;
};

// y = f(x + the output `back` layers before x): what a residual block ends with (He et al. 2016).
class Residual final : public Layer {
 public:
  Residual(ExampleShape shape, std::size_t back, Activation activation);
  std::size_t skip() const override { return m_back; }
  void forward(const Pass& pass, const Flow& flow, const Matrix* second) const override;
  void backward(const Pass& pass, const Flow& flow, const Matrix& dLoss_dZ, const ActivatedOutput& before,
                const Matrix* dLoss_dZBefore) const override;

 private:
  std::size_t m_back;
};

}  // namespace cajal
