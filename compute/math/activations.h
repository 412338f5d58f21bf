#pragma once
// Activation functions: value, derivative, name. One text for host and device.
//
// z is what arrives at a neuron, y = f(z) what leaves it. Each derivative is written in y, so that a layer
// need not remember z. Softmax works on a whole row and is applied by the network's head (math/losses.h).

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "compute/core/random.h"  // CAJAL_HOST_DEVICE

namespace cajal {

enum class Activation : std::uint32_t { identity, sigmoid, tanh, relu, softmax };

CAJAL_HOST_DEVICE inline float sigmoid(float z) {
  // The two forms keep exp's argument negative, so that it never overflows.
  const float e = expf(-fabsf(z));
  return z >= 0 ? 1.0f / (1.0f + e) : e / (1.0f + e);
}

CAJAL_HOST_DEVICE inline float activate(Activation activation, float z) {
  switch (activation) {
    case Activation::sigmoid: return sigmoid(z);
    case Activation::tanh: return tanhf(z);
    case Activation::relu: return z < 0 ? 0.0f : z;  // NaN stays NaN: a network that diverged must show it
    default: return z;
  }
}

// f'(z), from y = f(z). ReLU's derivative at 0 is 0, as everywhere in the field.
CAJAL_HOST_DEVICE inline float derivativeFromOutput(Activation activation, float y) {
  switch (activation) {
    case Activation::sigmoid: return y * (1.0f - y);
    case Activation::tanh: return 1.0f - y * y;
    case Activation::relu: return y > 0 ? 1.0f : 0.0f;
    default: return 1.0f;
  }
}

// f'(z). Only where needsPreActivation() is z read.
CAJAL_HOST_DEVICE inline float derivative(Activation activation, float, float y) {
  return derivativeFromOutput(activation, y);
}
constexpr bool needsPreActivation(Activation) {
  return false;
}

// "ReLU", for the screen.
std::string_view displayName(Activation activation);
// "relu", for the command line; nothing for a name that is not one of ours.
std::string_view name(Activation activation);
std::optional<Activation> activationFromName(std::string_view name);

}  // namespace cajal
