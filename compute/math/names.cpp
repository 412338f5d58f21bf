// The names of activations, losses, update rules and schedules, for the screen and for the command line, and
// what else is known of each by name.
#include <algorithm>
#include <array>
#include <limits>

#include "compute/math/activations.h"
#include "compute/math/losses.h"
#include "compute/math/schedules.h"
#include "compute/math/step_state.h"
#include "compute/math/update_rules.h"

namespace cajal {
namespace {

constexpr std::array<KindName, kActivations> kActivationNames = {{
    {"identity", "identity"},
    {"sigmoid", "sigmoid"},
    {"tanh", "tanh"},
    {"relu", "ReLU"},
    {"softmax", "softmax"},
    {"leaky-relu", "leaky ReLU"},
    {"elu", "ELU"},
    {"selu", "SELU"},
    {"gelu", "GELU"},
    {"gelu-tanh", "GELU (tanh)"},
    {"silu", "SiLU", "swish"},
    {"softplus", "softplus"},
    {"softsign", "softsign"},
    {"hard-sigmoid", "hard sigmoid"},
    {"hard-swish", "hard swish"},
}};

constexpr std::array<KindName, kLosses> kLossNames = {{
    {"mse", "mean squared error"},
    {"cross-entropy", "cross-entropy"},
    {"mae", "mean absolute error"},
    {"huber", "Huber"},
    {"bce", "binary cross-entropy"},
    {"hinge", "hinge"},
}};

constexpr std::array<KindName, kUpdateRules> kRuleNames = {{
    {"gd", "gradient descent"},
    {"sgd", "SGD"},
    {"momentum", "momentum"},
    {"adam", "Adam"},
    {"nesterov", "Nesterov"},
    {"adagrad", "AdaGrad"},
    {"rmsprop", "RMSProp"},
    {"adamw", "AdamW"},
    {"nadam", "NAdam"},
    {"lion", "Lion"},
}};

constexpr std::array<KindName, kSchedules> kScheduleNames = {{
    {"constant", "constant"},
    {"step", "step"},
    {"exponential", "exponential"},
    {"cosine", "cosine"},
    {"one-cycle", "one cycle"},
    {"plateau", "on plateau"},
}};

constexpr std::array<KindName, 3> kPolicyNames = {{{"stop", "stop"}, {"skip", "skip"}, {"pass", "pass"}}};

}  // namespace

std::span<const KindName> namesOf(Activation) {
  return kActivationNames;
}
std::span<const KindName> namesOf(Loss) {
  return kLossNames;
}
std::span<const KindName> namesOf(UpdateRule) {
  return kRuleNames;
}
std::span<const KindName> namesOf(ScheduleKind) {
  return kScheduleNames;
}
std::span<const KindName> namesOf(NotFinite) {
  return kPolicyNames;
}

Hyperparameters usualHyperparameters(UpdateRule rule) {
  Hyperparameters h;
  h.rule = rule;
  switch (rule) {
    case UpdateRule::gradientDescent: h.learningRate = 0.5f; break;
    case UpdateRule::sgd: h.learningRate = 0.1f; break;
    case UpdateRule::momentum:
    case UpdateRule::nesterov: h.learningRate = 0.02f; break;
    case UpdateRule::adagrad: h.learningRate = 0.02f; break;
    case UpdateRule::rmsprop:
      h.learningRate = 1e-3f;
      h.momentum = 0.0f;
      h.beta2 = 0.99f;
      break;
    case UpdateRule::adam: break;
    case UpdateRule::adamw: h.weightDecay = 0.01f; break;
    case UpdateRule::nadam: break;
    case UpdateRule::lion:
      h.learningRate = 3e-4f;
      h.beta2 = 0.99f;
      break;
  }
  return h;
}

Interval outputRange(Activation activation) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::sigmoid:
    case Activation::softmax:
    case Activation::hardSigmoid: return {0, 1};
    case Activation::tanh:
    case Activation::softsign: return {-1, 1};
    case Activation::relu:
    case Activation::softplus: return {0, infinity};
    case Activation::elu: return {-1, infinity};
    case Activation::selu: return {-kSeluScale * kSeluAlpha, infinity};
    // Their lowest points, found by setting the derivative to zero.
    case Activation::gelu: return {-0.16997120f, infinity};
    case Activation::geluTanh: return {-0.17004080f, infinity};
    case Activation::silu: return {-0.27846455f, infinity};
    case Activation::hardSwish: return {-0.375f, infinity};
    default: return {-infinity, infinity};
  }
}

Interval plotRange(Activation activation) {
  if (activation == Activation::softmax) return {0, 1};
  Interval range = {activate(activation, 0.0f), activate(activation, 0.0f)};
  for (int i = -64; i <= 64; ++i) {
    const float y = activate(activation, static_cast<float>(i) / 16);
    range = {std::min(range.low, y), std::max(range.high, y)};
  }
  return range;
}

std::string whyNot(const Head& head) {
  const bool isSoftmax = head.activation == Activation::softmax;
  const bool isSigmoid = head.activation == Activation::sigmoid;
  if (head.loss == Loss::crossEntropy && !isSoftmax && !isSigmoid) {
    return "--loss cross-entropy: needs --output-activation softmax or sigmoid, not " +
           std::string(name(head.activation)) + "; or choose --loss mse";
  }
  if (head.loss == Loss::binaryCrossEntropy && !isSigmoid) {
    return "--loss bce: needs --output-activation sigmoid, not " + std::string(name(head.activation)) +
           "; or choose --loss cross-entropy";
  }
  if (head.loss == Loss::hinge && isSoftmax) {
    return "--loss hinge: wants outputs on both sides of zero; use --output-activation identity or tanh";
  }
  return "";
}

}  // namespace cajal
