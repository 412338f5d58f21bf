#pragma once
// Update rules: how a gradient moves a parameter. One text for host and device; one call a parameter.
//
//   sgd        w ← w - η g                        (gradient descent is sgd with the whole training set as
//   batch) momentum   m ← μ m + g;  w ← w - η m          (Polyak 1964, in the form PyTorch and Sutskever et
//   al. 2013 use) adam       m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²
//              w ← w - η (m / c₁) / (√(v / c₂) + ε),  c = 1 - βᵗ             (Kingma & Ba 2015, algorithm 1)
//
// Weight decay λ is coupled: g ← g + λ w first, for weights and not for biases.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "compute/core/random.h"  // CAJAL_HOST_DEVICE

namespace cajal {

enum class UpdateRule : std::uint32_t { gradientDescent, sgd, momentum, adam };

// What the sliders move. Plain data: a backend may keep it in device memory and overwrite it between two
// steps.
struct Hyperparameters {
  UpdateRule rule = UpdateRule::adam;
  float learningRate = 1e-3f;  // η
  float momentum = 0.9f;       // μ, and Adam's β₁
  float beta2 = 0.999f;        // β₂
  float epsilon = 1e-8f;       // ε
  float weightDecay = 0.0f;    // λ
  bool operator==(const Hyperparameters&) const = default;
};

// What Adam's t-th update has in common for all parameters: the two corrections, divided out once, so that a
// parameter costs one division and one root.
struct AdamScale {
  float step;           // η / c₁
  float inverseSecond;  // 1 / c₂
};

// `updates` counts from 1 since the moments were zero.
CAJAL_HOST_DEVICE inline AdamScale adamScale(const Hyperparameters& h, std::uint64_t updates) {
  const double t = static_cast<double>(updates);
  const double c1 = 1.0 - pow(static_cast<double>(h.momentum), t);
  const double c2 = 1.0 - pow(static_cast<double>(h.beta2), t);
  return {static_cast<float>(static_cast<double>(h.learningRate) / c1), static_cast<float>(1.0 / c2)};
}

// w, m, v are overwritten; g is what the backward pass left.
CAJAL_HOST_DEVICE inline void updateSgd(const Hyperparameters& h, float decay, float& w, float g) {
  w -= h.learningRate * (g + decay * w);
}

CAJAL_HOST_DEVICE inline void updateMomentum(const Hyperparameters& h, float decay, float& w, float g,
                                             float& m) {
  m = h.momentum * m + (g + decay * w);
  w -= h.learningRate * m;
}

CAJAL_HOST_DEVICE inline void updateAdam(const Hyperparameters& h, const AdamScale& scale, float decay,
                                         float& w, float g, float& m, float& v) {
  const float gradient = g + decay * w;
  m = h.momentum * m + (1.0f - h.momentum) * gradient;
  v = h.beta2 * v + (1.0f - h.beta2) * gradient * gradient;
  w -= scale.step * m / (sqrtf(v * scale.inverseSecond) + h.epsilon);
}

std::string_view displayName(UpdateRule rule);
std::string_view name(UpdateRule rule);  // "gd", "sgd", "momentum", "adam"
std::optional<UpdateRule> updateRuleFromName(std::string_view name);

// Rates at which each rule learns well on small nets; what the program starts with when the user names none.
float usualLearningRate(UpdateRule rule);

}  // namespace cajal
