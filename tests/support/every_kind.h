#pragma once
// The kinds that a test goes through when it states a fact about all of them.

#include <vector>

#include "compute/math/activations.h"
#include "compute/math/losses.h"
#include "compute/math/update_rules.h"

namespace cajal::test {

// All activations but softmax, which works on rows.
inline std::vector<Activation> elementwiseActivations() {
  std::vector<Activation> all;
  for (std::uint32_t i = 0; i < kActivations; ++i) {
    if (static_cast<Activation>(i) != Activation::softmax) all.push_back(static_cast<Activation>(i));
  }
  return all;
}

inline std::vector<UpdateRule> everyRule() {
  std::vector<UpdateRule> rules;
  for (std::uint32_t i = 0; i < kUpdateRules; ++i) rules.push_back(static_cast<UpdateRule>(i));
  return rules;
}

inline constexpr Head kSoftmaxHead = {Loss::crossEntropy, Activation::softmax};
inline constexpr Head kSigmoidHead = {Loss::crossEntropy, Activation::sigmoid};

// Every loss with outputs that it can judge, also with smoothed labels.
inline constexpr Head kHeads[] = {
    kSoftmaxHead,
    kSigmoidHead,
    {Loss::crossEntropy, Activation::softmax, 0.1f},
    {Loss::binaryCrossEntropy, Activation::sigmoid},
    {Loss::binaryCrossEntropy, Activation::sigmoid, 0.1f},
    {Loss::meanSquared, Activation::identity},
    {Loss::meanSquared, Activation::sigmoid},
    {Loss::meanSquared, Activation::tanh},
    {Loss::meanSquared, Activation::relu},
    {Loss::meanSquared, Activation::gelu},
    {Loss::meanSquared, Activation::silu, 0.1f},
    {Loss::meanSquared, Activation::softmax},
    {Loss::meanAbsolute, Activation::identity},
    {Loss::meanAbsolute, Activation::softmax},
    {Loss::huber, Activation::identity},
    {Loss::huber, Activation::identity, 0, 0.5f},
    {Loss::huber, Activation::gelu, 0, 0.5f},
    {Loss::hinge, Activation::identity},
    {Loss::hinge, Activation::tanh},
};

}  // namespace cajal::test
