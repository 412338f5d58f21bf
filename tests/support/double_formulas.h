#pragma once
// The formulas of compute/math again, in double and as the textbooks print them: what the float ones are
// tested against, by value and by finite differences. Shares no line with what it tests.

#include <cmath>
#include <vector>

#include "compute/math/activations.h"
#include "compute/math/losses.h"

namespace cajal::test {

inline std::vector<double> activateInDouble(Activation activation, std::vector<double> z) {
  switch (activation) {
    case Activation::identity: break;
    case Activation::sigmoid:
      for (double& v : z) v = 1.0 / (1.0 + std::exp(-v));
      break;
    case Activation::tanh:
      for (double& v : z) v = std::tanh(v);
      break;
    case Activation::relu:
      for (double& v : z) v = std::fmax(v, 0.0);
      break;
    case Activation::softmax: {
      double sum = 0;
      for (const double v : z) sum += std::exp(v);
      for (double& v : z) v = std::exp(v) / sum;
      break;
    }
  }
  return z;
}

// The loss of one row of pre-activations.
inline double lossInDouble(Loss loss, Activation activation, const std::vector<double>& z,
                           std::size_t label) {
  const std::vector<double> y = activateInDouble(activation, z);
  const double classes = static_cast<double>(z.size());
  if (loss == Loss::crossEntropy && activation == Activation::softmax) return -std::log(y[label]);
  double sum = 0;
  for (std::size_t c = 0; c < y.size(); ++c) {
    const double target = c == label ? 1.0 : 0.0;
    sum += loss == Loss::crossEntropy ? -(target * std::log(y[c]) + (1 - target) * std::log(1 - y[c]))
                                      : (y[c] - target) * (y[c] - target);
  }
  return sum / classes;
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
