#pragma once
// The formulas of compute/math again, in double and as the textbooks print them: what the float ones are
// tested against, by value and by finite differences. Shares no line with what it tests.

#include <cmath>
#include <vector>

#include "compute/math/activations.h"
#include "compute/math/losses.h"

namespace cajal::test {

inline double activateOneInDouble(Activation activation, double z) {
  switch (activation) {
    case Activation::sigmoid: return 1.0 / (1.0 + std::exp(-z));
    case Activation::tanh: return std::tanh(z);
    case Activation::relu: return std::fmax(z, 0.0);
    case Activation::leakyRelu: return std::fmax(z, 0.0) + 0.01 * std::fmin(z, 0.0);
    case Activation::elu: return z > 0 ? z : std::exp(z) - 1;
    case Activation::selu:
      return 1.0507009873554804934193349852946 *
             (z > 0 ? z : 1.6732632423543772848170429916717 * (std::exp(z) - 1));
    case Activation::gelu: return z * 0.5 * (1 + std::erf(z / std::sqrt(2.0)));
    case Activation::geluTanh:
      return 0.5 * z * (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (z + 0.044715 * z * z * z)));
    case Activation::silu: return z / (1.0 + std::exp(-z));
    case Activation::softplus: return std::log(1 + std::exp(z));
    case Activation::softsign: return z / (1 + std::fabs(z));
    case Activation::hardSigmoid: return std::fmin(std::fmax(z / 6 + 0.5, 0.0), 1.0);
    case Activation::hardSwish: return z * std::fmin(std::fmax(z / 6 + 0.5, 0.0), 1.0);
    case Activation::identity:
    case Activation::softmax: break;
  }
  return z;
}

inline std::vector<double> activateInDouble(Activation activation, std::vector<double> z) {
  double sum = 0;
  for (const double v : z) sum += std::exp(v);
  for (double& v : z) {
    v = activation == Activation::softmax ? std::exp(v) / sum : activateOneInDouble(activation, v);
  }
  return z;
}

// What one output costs, before the mean over the outputs is taken.
inline double lossTermInDouble(const Head& head, double y, double t) {
  const double error = y - t, size = std::fabs(error), delta = static_cast<double>(head.huberDelta);
  switch (head.loss) {
    case Loss::meanAbsolute: return size;
    case Loss::huber: return size <= delta ? size * size / 2 : delta * (size - delta / 2);
    case Loss::hinge: return std::fmax(0.0, 1 - (2 * t - 1) * y);
    case Loss::crossEntropy:
    case Loss::binaryCrossEntropy: return -(t * std::log(y) + (1 - t) * std::log(1 - y));
    case Loss::meanSquared: break;
  }
  return error * error;
}

// The loss of one row of pre-activations, with these targets.
inline double lossInDouble(const Head& head, const std::vector<double>& z,
                           const std::vector<double>& targets) {
  const std::vector<double> y = activateInDouble(head.activation, z);
  const bool isDistribution = head.loss == Loss::crossEntropy && head.activation == Activation::softmax;
  double sum = 0;
  for (std::size_t c = 0; c < y.size(); ++c) {
    sum += isDistribution ? -targets[c] * std::log(y[c]) : lossTermInDouble(head, y[c], targets[c]);
  }
  return isDistribution ? sum : sum / static_cast<double>(y.size());
}

// One-hot, smoothed; a single output is asked for the second class.
inline std::vector<double> targetsInDouble(const Head& head, std::size_t outputs, std::size_t label) {
  const double smoothing = static_cast<double>(head.labelSmoothing);
  if (outputs == 1) return {smoothing / 2 + (1 - smoothing) * (label != 0 ? 1.0 : 0.0)};
  std::vector<double> targets(outputs, smoothing / static_cast<double>(outputs));
  targets[label] += 1 - smoothing;
  return targets;
}

inline double lossInDouble(const Head& head, const std::vector<double>& z, std::size_t label) {
  return lossInDouble(head, z, targetsInDouble(head, z.size(), label));
}

// Central difference. With step 1e-5 both of its errors, h² f''' / 6 and 2⁻⁵³ f / h, are near 1e-11.
template <typename Function>
double slope(Function&& function, double& at) {
  constexpr double kStep = 1e-5;
  const double middle = at;
  at = middle + kStep;
  const double above = function();
  at = middle - kStep;
  const double below = function();
  at = middle;
  return (above - below) / (2 * kStep);
}

}  // namespace cajal::test
