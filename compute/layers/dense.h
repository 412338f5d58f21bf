#pragma once
// A dense layer: every neuron reads every output of the layer before.
//
//   y = f(W x + b)      W (out, in), b (out)
//
// Gradients travel as dLoss/dZ, z = W x + b: the layer that knows f of the layer before multiplies by f' on
// the way. Parameter gradients overwrite, or add where `accumulate` says so; activation gradients always
// overwrite.

#include "compute/core/backend.h"

namespace cajal {

class Dense {
 public:
  Dense(std::size_t inputs, std::size_t outputs, Activation activation)
      : m_inputs(inputs), m_outputs(outputs), m_activation(activation) {}

  std::size_t inputs() const { return m_inputs; }
  std::size_t outputs() const { return m_outputs; }
  Activation activation() const { return m_activation; }
  Shape weightShape() const { return {{m_outputs, m_inputs}}; }
  Shape biasShape() const { return {{m_outputs}}; }

  // Where the parameters and their gradients live; the caller keeps that memory alive.
  void bind(float* weight, float* bias, float* weightGradient, float* biasGradient);

  Matrix weight() const { return {m_weight, m_outputs, m_inputs}; }
  float* bias() const { return m_bias; }

  // input (B, in) → output (B, out). Softmax is left to the network's head: the output is then z.
  void forward(Backend& backend, const Matrix& input, const Matrix& output) const;
  // dLoss_dZ (B, out) → the parameter gradients.
  void backwardParameters(Backend& backend, const Matrix& dLoss_dZ, const Matrix& input,
                          bool accumulate) const;
  // dLoss_dZ (B, out) → the dLoss/dZ (B, in) of the layer before, whose activation is `before`.
  void backwardInput(Backend& backend, const Matrix& dLoss_dZ, const Matrix& input, Activation before,
                     const Matrix& dLoss_dZBefore) const;

 private:
  std::size_t m_inputs;
  std::size_t m_outputs;
  Activation m_activation;
  float* m_weight = nullptr;
  float* m_bias = nullptr;
  float* m_weightGradient = nullptr;
  float* m_biasGradient = nullptr;
};

}  // namespace cajal
