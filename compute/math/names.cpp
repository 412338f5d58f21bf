// The names of activations, losses and update rules, for the screen and for the command line.
#include <array>

#include "compute/math/activations.h"
#include "compute/math/losses.h"
#include "compute/math/update_rules.h"

namespace cajal {
namespace {

template <typename Kind>
struct Named {
  Kind kind;
  std::string_view name;
  std::string_view displayName;
};

constexpr std::array kActivations = {
    Named<Activation>{Activation::identity, "identity", "identity"},
    Named<Activation>{Activation::sigmoid, "sigmoid", "sigmoid"},
    Named<Activation>{Activation::tanh, "tanh", "tanh"},
    Named<Activation>{Activation::relu, "relu", "ReLU"},
    Named<Activation>{Activation::softmax, "softmax", "softmax"},
};

constexpr std::array kLosses = {
    Named<Loss>{Loss::meanSquared, "mse", "mean squared error"},
    Named<Loss>{Loss::crossEntropy, "cross-entropy", "cross-entropy"},
};

constexpr std::array kRules = {
    Named<UpdateRule>{UpdateRule::gradientDescent, "gd", "gradient descent"},
    Named<UpdateRule>{UpdateRule::sgd, "sgd", "SGD"},
    Named<UpdateRule>{UpdateRule::momentum, "momentum", "momentum"},
    Named<UpdateRule>{UpdateRule::adam, "adam", "Adam"},
};

template <typename Table, typename Kind>
const auto& entry(const Table& table, Kind kind) {
  for (const auto& candidate : table) {
    if (candidate.kind == kind) return candidate;
  }
  return table[0];
}

template <typename Kind, std::size_t count>
std::optional<Kind> find(const std::array<Named<Kind>, count>& table, std::string_view wanted) {
  for (const auto& candidate : table) {
    if (candidate.name == wanted) return candidate.kind;
  }
  return std::nullopt;
}

}  // namespace

std::string_view displayName(Activation activation) {
  return entry(kActivations, activation).displayName;
}
std::string_view name(Activation activation) {
  return entry(kActivations, activation).name;
}
std::optional<Activation> activationFromName(std::string_view name) {
  return find(kActivations, name);
}

std::string_view displayName(Loss loss) {
  return entry(kLosses, loss).displayName;
}
std::string_view name(Loss loss) {
  return entry(kLosses, loss).name;
}
std::optional<Loss> lossFromName(std::string_view name) {
  return find(kLosses, name);
}

std::string_view displayName(UpdateRule rule) {
  return entry(kRules, rule).displayName;
}
std::string_view name(UpdateRule rule) {
  return entry(kRules, rule).name;
}
std::optional<UpdateRule> updateRuleFromName(std::string_view name) {
  return find(kRules, name);
}

float usualLearningRate(UpdateRule rule) {
  switch (rule) {
    case UpdateRule::gradientDescent: return 0.5f;
    case UpdateRule::sgd: return 0.1f;
    case UpdateRule::momentum: return 0.02f;
    case UpdateRule::adam: return 1e-3f;
  }
  return 1e-3f;
}

}  // namespace cajal
