#pragma once
// A whole network in double, with plain loops: what a trainer's losses, activations and gradients are tested
// against. Gradients come from finite differences and from nowhere else.

#include <string>
#include <vector>

#include "compute/training/trainer.h"
#include "tests/support/double_formulas.h"
#include "tests/support/small_sets.h"

namespace cajal::test {

class DoubleNetwork {
 public:
  // The trainer's present parameters, copied.
  explicit DoubleNetwork(Trainer& trainer) : m_description(trainer.configuration().network) {
    for (const TensorView& tensor : trainer.network().tensors()) {
      if (tensor.role != TensorRole::weight && tensor.role != TensorRole::bias) continue;
      const std::vector<float> values = trainer.readTensor(tensor);
      auto& side = tensor.role == TensorRole::weight ? m_weights : m_biases;
      side.emplace_back(values.begin(), values.end());
    }
  }

  // Every layer's output, the input first; the last one is activated too.
  std::vector<std::vector<double>> activations(const std::vector<double>& input) const {
    std::vector<std::vector<double>> all = {input};
    for (std::size_t l = 0; l < m_weights.size(); ++l) {
      const bool last = l + 1 == m_weights.size();
      all.push_back(activateInDouble(last ? m_description.head.activation : m_description.hidden,
                                     preActivation(l, all.back())));
    }
    return all;
  }

  double loss(const std::vector<double>& input, std::size_t label) const {
    std::vector<double> values = input;
    for (std::size_t l = 0; l + 1 < m_weights.size(); ++l) {
      values = activateInDouble(m_description.hidden, preActivation(l, values));
    }
    return lossInDouble(m_description.head, preActivation(m_weights.size() - 1, values), label);
  }

  double meanLoss(const Examples& examples) const {
    double sum = 0;
    for (std::size_t i = 0; i < examples.count; ++i) {
      sum += loss(exampleValues(examples, m_description.spec.input.count(), i), examples.labels[i]);
    }
    return sum / static_cast<double>(examples.count);
  }

  // dLoss/dParameter over all the examples, in the order of the tensor.
  std::vector<double> weightGradient(std::size_t layer, const Examples& examples) {
    return gradient(m_weights[layer - 1], examples);
  }
  std::vector<double> biasGradient(std::size_t layer, const Examples& examples) {
    return gradient(m_biases[layer - 1], examples);
  }

 private:
  std::vector<double> preActivation(std::size_t l, const std::vector<double>& input) const {
    std::vector<double> z = m_biases[l];
    for (std::size_t o = 0; o < z.size(); ++o) {
      for (std::size_t i = 0; i < input.size(); ++i) z[o] += m_weights[l][o * input.size() + i] * input[i];
    }
    return z;
  }

  std::vector<double> gradient(std::vector<double>& parameters, const Examples& examples) {
    std::vector<double> slopes;
    for (double& parameter : parameters)
      slopes.push_back(slope([&] { return meanLoss(examples); }, parameter));
    return slopes;
  }

  NetworkDescription m_description;
  std::vector<std::vector<double>> m_weights, m_biases;
};

}  // namespace cajal::test
