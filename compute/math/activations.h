#pragma once
// Activation functions: value, derivative, range, name. One text for host and device.
//
// z is what arrives at a neuron, y = f(z) what leaves it. Derivatives are written in y wherever f can be
// turned round, so that a layer need not remember z; needsPreActivation() says where it must. Softmax works
// on a whole row and is applied by the network's head (math/losses.h). NaN stays NaN everywhere: a network
// that diverged must show it.

#include <cmath>
#include <cstdint>

#include "compute/core/named.h"
#include "compute/core/random.h"  // CAJAL_HOST_DEVICE

namespace cajal {

enum class Activation : std::uint32_t {
  identity,
  sigmoid,
  tanh,
  relu,
  softmax,
  leakyRelu,    // slope 0.01 below zero
  elu,          // e^z - 1 below zero (Clevert et al. 2016)
  selu,         // the same, scaled so that it normalises itself (Klambauer et al. 2017)
  gelu,         // z Φ(z) (Hendrycks & Gimpel 2016)
  geluTanh,     // its approximation by tanh
  silu,         // z σ(z), also called swish
  softplus,     // log(1 + e^z)
  softsign,     // z / (1 + |z|)
  hardSigmoid,  // z / 6 + 1/2, between 0 and 1
  hardSwish,    // z times that (Howard et al. 2019)
};
inline constexpr std::uint32_t kActivations = 15;

inline constexpr float kLeakySlope = 0.01f;
inline constexpr float kSeluAlpha = 1.6732632423543772f, kSeluScale = 1.0507009873554805f;
inline constexpr float kGeluInner = 0.7978845608028654f;  // √(2/π)
inline constexpr float kGeluCubic = 0.044715f;
inline constexpr float kInverseRootTwo = 0.70710678118654752f, kInverseRootTwoPi = 0.3989422804014327f;

CAJAL_HOST_DEVICE inline float sigmoid(float z) {
  // The two forms keep exp's argument negative, so that it never overflows.
  const float e = expf(-fabsf(z));
  return z >= 0 ? 1.0f / (1.0f + e) : e / (1.0f + e);
}

CAJAL_HOST_DEVICE inline float clampedRamp(float z) {
  const float ramp = z * (1.0f / 6.0f) + 0.5f;
  return ramp < 0 ? 0.0f : ramp > 1 ? 1.0f : ramp;  // NaN falls through
}

CAJAL_HOST_DEVICE inline float geluTanhInner(float z) {
  return tanhf(kGeluInner * (z + kGeluCubic * z * z * z));
}

CAJAL_HOST_DEVICE inline float activate(Activation activation, float z) {
  switch (activation) {
    case Activation::sigmoid: return sigmoid(z);
    case Activation::tanh: return tanhf(z);
    case Activation::relu: return z < 0 ? 0.0f : z;
    case Activation::leakyRelu: return z < 0 ? kLeakySlope * z : z;
    case Activation::elu: return z < 0 ? expm1f(z) : z;
    case Activation::selu: return kSeluScale * (z < 0 ? kSeluAlpha * expm1f(z) : z);
    case Activation::gelu: return 0.5f * z * erfcf(-z * kInverseRootTwo);
    case Activation::geluTanh: return 0.5f * z * (1.0f + geluTanhInner(z));
    case Activation::silu: return z * sigmoid(z);
    case Activation::softplus: return (z > 0 ? z : 0.0f) + log1pf(expf(-fabsf(z))) + 0.0f * z;
    case Activation::softsign: return z / (1.0f + fabsf(z));
    case Activation::hardSigmoid: return clampedRamp(z);
    case Activation::hardSwish: return z * clampedRamp(z);
    default: return z;
  }
}

// Whether f'(z) cannot be told from y alone: f falls before it rises, so that two z share a y.
constexpr bool needsPreActivation(Activation activation) {
  return activation == Activation::gelu || activation == Activation::geluTanh ||
         activation == Activation::silu || activation == Activation::hardSwish;
}

// f'(z), y = f(z). z is read only where needsPreActivation(). ReLU's derivative at 0 is 0, as everywhere in
// the field.
CAJAL_HOST_DEVICE inline float derivative(Activation activation, float z, float y) {
  switch (activation) {
    case Activation::sigmoid: return y * (1.0f - y);
    case Activation::tanh: return 1.0f - y * y;
    case Activation::relu: return y > 0 ? 1.0f : 0.0f;
    case Activation::leakyRelu: return y > 0 ? 1.0f : kLeakySlope;
    case Activation::elu: return y > 0 ? 1.0f : y + 1.0f;
    case Activation::selu: return y > 0 ? kSeluScale : y + kSeluScale * kSeluAlpha;
    case Activation::gelu:
      return 0.5f * erfcf(-z * kInverseRootTwo) + z * kInverseRootTwoPi * expf(-0.5f * z * z);
    case Activation::geluTanh: {
      const float t = geluTanhInner(z);
      const float inner = kGeluInner * (1.0f + 3.0f * kGeluCubic * z * z);
      return 0.5f * (1.0f + t) + 0.5f * z * (1.0f - t * t) * inner;
    }
    case Activation::silu: {
      const float s = sigmoid(z);
      return s * (1.0f + z * (1.0f - s));
    }
    case Activation::softplus: return -expm1f(-y);  // σ(z) = 1 - e^-y
    case Activation::softsign: {
      const float rest = 1.0f - fabsf(y);
      return rest * rest;
    }
    case Activation::hardSigmoid: return y > 0 && y < 1 ? 1.0f / 6.0f : 0.0f;
    case Activation::hardSwish: return z <= -3 ? 0.0f : z >= 3 ? 1.0f : z * (1.0f / 3.0f) + 0.5f;
    default: return 1.0f;
  }
}

struct Interval {
  float low, high;
};
// What f(z) can be; infinite where there is no bound.
Interval outputRange(Activation activation);
// What f(z) is for z from -4 to 4: the height of a plot.
Interval plotRange(Activation activation);

// "relu", and "ReLU" for the screen.
std::span<const KindName> namesOf(Activation);

}  // namespace cajal
