#pragma once
// Update rules: how a gradient moves a parameter. One text for host and device; one call a parameter.
//
//   sgd       w ← w - η g               (gradient descent is sgd with the whole training set as batch)
//   momentum  m ← μ m + g;              w ← w - η m            (Polyak 1964; Sutskever et al. 2013)
//   nesterov  m ← μ m + g;              w ← w - η (g + μ m)    (Nesterov 1983, as PyTorch writes it)
//   adagrad   v ← v + g²;               w ← w - η g / (√v + ε)                      (Duchi et al. 2011)
//   rmsprop   v ← β₂ v + (1-β₂) g²;     m ← μ m + g / (√v + ε);  w ← w - η m        (Hinton 2012)
//   adam      m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²
//             w ← w - η (m / c₁) / (√(v / c₂) + ε),  c = 1 - βᵗ                    (Kingma & Ba 2015)
//   adamw     the same, with decoupled decay                                       (Loshchilov & Hutter 2019)
//   nadam     Nesterov's momentum in Adam, μₜ = β₁ (1 - ½ 0.96^(0.004 t))           (Dozat 2016)
//   lion      w ← w - η sign(β₁ m + (1-β₁) g);  m ← β₂ m + (1-β₂) g                 (Chen et al. 2023)
//
// Before that, a gradient is clipped to ± clipValue, scaled so that the norm of all together is clipNorm at
// most, and, for weights and not for biases, gets the slope of the penalties: + λ₁ sign(w), and + λ w unless
// decay is decoupled, which takes η λ w from w directly.

#include <cmath>
#include <cstdint>

#include "compute/core/named.h"
#include "compute/core/random.h"  // CAJAL_HOST_DEVICE

namespace cajal {

enum class UpdateRule : std::uint32_t {
  gradientDescent,
  sgd,
  momentum,
  adam,
  nesterov,
  adagrad,
  rmsprop,
  adamw,
  nadam,
  lion
};
inline constexpr std::uint32_t kUpdateRules = 10;

// What the sliders move. Plain data: a backend may keep it in device memory and overwrite it between two
// steps.
struct Hyperparameters {
  UpdateRule rule = UpdateRule::adam;
  float learningRate = 1e-3f;  // η
  float momentum = 0.9f;       // μ, and β₁ of Adam and its relatives
  float beta2 = 0.999f;        // β₂
  float epsilon = 1e-8f;       // ε
  float weightDecay = 0.0f;    // λ
  float l1 = 0.0f;             // λ₁
  float clipValue = 0.0f;      // 0: gradients are not clipped one by one
  float clipNorm = 0.0f;       // 0: nor all together
  bool decoupledDecay = false;
  bool operator==(const Hyperparameters&) const = default;
};

constexpr bool isDecoupled(const Hyperparameters& h) {
  return h.decoupledDecay || h.rule == UpdateRule::adamw || h.rule == UpdateRule::lion;
}

// What t-th update of a rule has in common for all parameters: divided out once, so that a parameter costs
// one division and one root.
struct UpdateScale {
  float step = 0;           // what m is multiplied by
  float gradientStep = 0;   // NAdam: what g is multiplied by
  float inverseSecond = 1;  // 1 / c₂
  float decay = 0;          // coupled λ
  float shrink = 1;         // what w is multiplied by where decay is decoupled
  float gradient = 1;       // what g is multiplied by, so that the norm stays below clipNorm
};

// Counted from 1 since the moments were zero. NAdam's Π μᵢ cannot be told from t: whoever counts carries it.
struct UpdateCount {
  std::uint64_t updates = 1;
  double momentumProduct = 1;  // Π μᵢ over the updates before this one
};

CAJAL_HOST_DEVICE inline double nadamMomentum(const Hyperparameters& h, double update) {
  return static_cast<double>(h.momentum) * (1.0 - 0.5 * pow(0.96, update * 0.004));
}

// The count for the update after this one.
CAJAL_HOST_DEVICE inline UpdateCount next(const Hyperparameters& h, const UpdateCount& count) {
  const double mu = nadamMomentum(h, static_cast<double>(count.updates));
  return {count.updates + 1, h.rule == UpdateRule::nadam ? count.momentumProduct * mu : 1.0};
}

// What gradients are multiplied by, so that their norm stays below clipNorm. The small number is PyTorch's: a
// norm of zero clips nothing.
CAJAL_HOST_DEVICE inline float gradientScale(const Hyperparameters& h, double gradientNorm) {
  if (!(h.clipNorm > 0 && gradientNorm + 1e-6 > static_cast<double>(h.clipNorm))) return 1.0f;
  return static_cast<float>(static_cast<double>(h.clipNorm) / (gradientNorm + 1e-6));
}

// `gradientNorm`, of the gradients clipped to ± clipValue, is read only where the norm is clipped.
CAJAL_HOST_DEVICE inline UpdateScale updateScale(const Hyperparameters& h, const UpdateCount& count,
                                                 double gradientNorm) {
  const double t = static_cast<double>(count.updates), rate = static_cast<double>(h.learningRate);
  const double c1 = 1.0 - pow(static_cast<double>(h.momentum), t);
  const double c2 = 1.0 - pow(static_cast<double>(h.beta2), t);
  UpdateScale scale;
  scale.step = h.learningRate;
  if (h.rule == UpdateRule::adam || h.rule == UpdateRule::adamw) scale.step = static_cast<float>(rate / c1);
  if (h.rule == UpdateRule::nadam) {
    const double mu = nadamMomentum(h, t), following = nadamMomentum(h, t + 1);
    const double product = count.momentumProduct * mu;
    scale.step = static_cast<float>(rate * following / (1.0 - product * following));
    scale.gradientStep = static_cast<float>(rate * (1.0 - mu) / (1.0 - product));
  }
  scale.inverseSecond = static_cast<float>(1.0 / c2);
  const bool decoupled = isDecoupled(h);
  scale.decay = decoupled ? 0.0f : h.weightDecay;
  scale.shrink = decoupled ? 1.0f - h.learningRate * h.weightDecay : 1.0f;
  scale.gradient = gradientScale(h, gradientNorm);
  return scale;
}

// For parameters that are not penalised: biases, scales.
CAJAL_HOST_DEVICE inline UpdateScale withoutPenalty(UpdateScale scale) {
  scale.decay = 0.0f;
  scale.shrink = 1.0f;
  return scale;
}

CAJAL_HOST_DEVICE inline float signOf(float x) {
  return x > 0 ? 1.0f : x < 0 ? -1.0f : x;  // NaN stays NaN
}

// To ± clipValue, where that is not 0.
CAJAL_HOST_DEVICE inline float clippedGradient(float g, float clipValue) {
  if (!(clipValue > 0)) return g;
  return g > clipValue ? clipValue : g < -clipValue ? -clipValue : g;
}

// What the rule is given: clipped, scaled, and with the slope of the penalties. `l1` is 0 for what is not
// penalised.
CAJAL_HOST_DEVICE inline float preparedGradient(const Hyperparameters& h, const UpdateScale& scale, float l1,
                                                float w, float g) {
  g = clippedGradient(g, h.clipValue) * scale.gradient;
  if (l1 > 0) g += l1 * signOf(w);
  return g + scale.decay * w;
}

// The step of the rule: what is taken from w. m and v are overwritten.
template <UpdateRule rule>
CAJAL_HOST_DEVICE inline float ruleStep(const Hyperparameters& h, const UpdateScale& scale, float g, float& m,
                                        float& v) {
  if constexpr (rule == UpdateRule::momentum) {
    m = h.momentum * m + g;
    return h.learningRate * m;
  } else if constexpr (rule == UpdateRule::nesterov) {
    m = h.momentum * m + g;
    return h.learningRate * (g + h.momentum * m);
  } else if constexpr (rule == UpdateRule::adagrad) {
    v += g * g;
    return h.learningRate * g / (sqrtf(v) + h.epsilon);
  } else if constexpr (rule == UpdateRule::rmsprop) {
    v = h.beta2 * v + (1.0f - h.beta2) * g * g;
    m = h.momentum * m + g / (sqrtf(v) + h.epsilon);
    return h.learningRate * m;
  } else if constexpr (rule == UpdateRule::adam || rule == UpdateRule::adamw) {
    m = h.momentum * m + (1.0f - h.momentum) * g;
    v = h.beta2 * v + (1.0f - h.beta2) * g * g;
    return scale.step * m / (sqrtf(v * scale.inverseSecond) + h.epsilon);
  } else if constexpr (rule == UpdateRule::nadam) {
    m = h.momentum * m + (1.0f - h.momentum) * g;
    v = h.beta2 * v + (1.0f - h.beta2) * g * g;
    return (scale.gradientStep * g + scale.step * m) / (sqrtf(v * scale.inverseSecond) + h.epsilon);
  } else if constexpr (rule == UpdateRule::lion) {
    const float direction = signOf(h.momentum * m + (1.0f - h.momentum) * g);
    m = h.beta2 * m + (1.0f - h.beta2) * g;
    return h.learningRate * direction;
  } else {
    return h.learningRate * g;
  }
}

// w, m, v are overwritten; g is what the backward pass left.
template <UpdateRule rule>
CAJAL_HOST_DEVICE inline void updateParameter(const Hyperparameters& h, const UpdateScale& scale, float l1,
                                              float& w, float g, float& m, float& v) {
  const float prepared = preparedGradient(h, scale, l1, w, g);
  w = w * scale.shrink - ruleStep<rule>(h, scale, prepared, m, v);
}

// Calls `function.template operator()<rule>()` with the rule as a constant.
template <typename Function>
CAJAL_HOST_DEVICE inline void withRule(UpdateRule rule, Function&& function) {
  switch (rule) {
    case UpdateRule::gradientDescent:
    case UpdateRule::sgd: return function.template operator()<UpdateRule::sgd>();
    case UpdateRule::momentum: return function.template operator()<UpdateRule::momentum>();
    case UpdateRule::nesterov: return function.template operator()<UpdateRule::nesterov>();
    case UpdateRule::adagrad: return function.template operator()<UpdateRule::adagrad>();
    case UpdateRule::rmsprop: return function.template operator()<UpdateRule::rmsprop>();
    case UpdateRule::adam:
    case UpdateRule::adamw: return function.template operator()<UpdateRule::adam>();
    case UpdateRule::nadam: return function.template operator()<UpdateRule::nadam>();
    case UpdateRule::lion: return function.template operator()<UpdateRule::lion>();
  }
}

// The exponential moving average of a parameter (Polyak & Juditsky 1992): what it moves to.
CAJAL_HOST_DEVICE inline float movedAverage(float average, float w, float decay) {
  return average + (1.0f - decay) * (w - average);
}

// "gd", "sgd", "momentum", "adam", "nesterov", "adagrad", "rmsprop", "adamw", "nadam", "lion"
std::span<const KindName> namesOf(UpdateRule);

// Values with which each rule learns well on small nets; what the program starts with when the user names
// none.
Hyperparameters usualHyperparameters(UpdateRule rule);

}  // namespace cajal
