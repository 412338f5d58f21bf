#include "compute/layers/dense.h"

namespace cajal {

void Dense::bind(float* weight, float* bias, float* weightGradient, float* biasGradient) {
  m_weight = weight;
  m_bias = bias;
  m_weightGradient = weightGradient;
  m_biasGradient = biasGradient;
}

void Dense::forward(Backend& backend, const Matrix& input, const Matrix& output) const {
  backend.denseForward(input, weight(), m_bias, m_activation, output);
}

void Dense::backwardParameters(Backend& backend, const Matrix& dLoss_dZ, const Matrix& input,
                               bool accumulate) const {
  backend.denseBackwardParameters(dLoss_dZ, input, {m_weightGradient, m_outputs, m_inputs}, m_biasGradient,
                                  accumulate);
}

void Dense::backwardInput(Backend& backend, const Matrix& dLoss_dZ, const Matrix& input, Activation before,
                          const Matrix& dLoss_dZBefore) const {
  backend.denseBackwardInput(dLoss_dZ, weight(), input, before, dLoss_dZBefore);
}

}  // namespace cajal
