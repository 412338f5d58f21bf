#pragma once
// The head of a network: output activation, loss and the gradient where it enters the last layer. One text
// for host and device; one call a row.
//
//   mean squared error    L = 1/(B C) Σ (y - t)²                       any output activation
//   cross-entropy         L = 1/B Σ (logsumexp(z) - z_label)           softmax outputs
//                         L = 1/(B C) Σ (softplus(z) - t z)            sigmoid outputs (one yes/no a class)
//
// z pre-activation, y output, t one-hot target, B batch, C classes. Both cross-entropies are taken from z, so
// that a confident wrong answer costs what it should and not infinity.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "compute/math/activations.h"

namespace cajal {

enum class Loss : std::uint32_t { meanSquared, crossEntropy };

// How outputs are judged.
struct Head {
  Loss loss = Loss::crossEntropy;
  Activation activation = Activation::softmax;  // of the outputs
};

// What one row should have given: a label, or `values` (C) where those are not null.
struct RowTarget {
  std::size_t label = 0;
  const float* values = nullptr;
  float weight = 1;  // what the example counts for

  CAJAL_HOST_DEVICE float at(std::size_t output) const {
    if (values) return values[output];
    return output == label ? 1.0f : 0.0f;
  }
};

// What one row adds to the statistics.
struct RowResult {
  float loss;    // this example's loss; the batch's is the mean over rows
  bool correct;  // the largest output is the label's
};

// y = softmax(row), in place; returns logsumexp of what stood there.
CAJAL_HOST_DEVICE inline float softmaxInPlace(float* row, std::size_t classes) {
  float largest = row[0];
  for (std::size_t c = 1; c < classes; ++c) largest = row[c] > largest ? row[c] : largest;
  float sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    row[c] = expf(row[c] - largest);
    sum += row[c];
  }
  for (std::size_t c = 0; c < classes; ++c) row[c] /= sum;
  return largest + logf(sum);
}

CAJAL_HOST_DEVICE inline void activateRow(Activation activation, float* row, std::size_t classes) {
  if (activation == Activation::softmax) {
    softmaxInPlace(row, classes);
  } else {
    for (std::size_t c = 0; c < classes; ++c) row[c] = activate(activation, row[c]);
  }
}

CAJAL_HOST_DEVICE inline bool largestIs(const float* row, std::size_t classes, std::size_t label) {
  for (std::size_t c = 0; c < classes; ++c) {
    // NaN compares false with everything: a poisoned row is never correct.
    if (c != label && !(row[c] < row[label] || (row[c] == row[label] && c > label))) return false;
  }
  return row[label] == row[label];
}

// row: z on entry, y on return. dLoss_dZ: (C), or null when only the loss is wanted; already divided by B
// (`inverseBatch` = 1/B), so that gradients of batches add up.
CAJAL_HOST_DEVICE inline RowResult headRow(const Head& head, float* row, std::size_t classes,
                                           const RowTarget& target, float* dLoss_dZ, float inverseBatch) {
  const Activation activation = head.activation;
  const Loss loss = head.loss;
  const std::size_t label = target.label;
  const float perOutput = 1.0f / static_cast<float>(classes);
  float value = 0;
  if (loss == Loss::crossEntropy && activation == Activation::softmax) {
    const float atLabel = row[label];
    value = softmaxInPlace(row, classes) - atLabel;
    for (std::size_t c = 0; dLoss_dZ && c < classes; ++c) {
      dLoss_dZ[c] = (row[c] - target.at(c)) * inverseBatch;
    }
  } else if (loss == Loss::crossEntropy) {  // sigmoid: checked above both backends
    for (std::size_t c = 0; c < classes; ++c) {
      const float z = row[c], t = target.at(c);
      value += (fmaxf(z, 0.0f) + log1pf(expf(-fabsf(z))) - t * z) * perOutput;
      row[c] = sigmoid(z);
      if (dLoss_dZ) dLoss_dZ[c] = (row[c] - t) * perOutput * inverseBatch;
    }
  } else {
    activateRow(activation, row, classes);
    float weighted = 0;  // Σ dLoss_dY y, which softmax's Jacobian needs
    for (std::size_t c = 0; c < classes; ++c) {
      const float error = row[c] - target.at(c);
      value += error * error * perOutput;
      weighted += 2.0f * error * perOutput * row[c];
    }
    for (std::size_t c = 0; dLoss_dZ && c < classes; ++c) {
      const float dLoss_dY = 2.0f * (row[c] - target.at(c)) * perOutput;
      dLoss_dZ[c] = inverseBatch * (activation == Activation::softmax
                                        ? row[c] * (dLoss_dY - weighted)
                                        : dLoss_dY * derivativeFromOutput(activation, row[c]));
    }
  }
  return {value, largestIs(row, classes, label)};
}

std::string_view displayName(Loss loss);
std::string_view name(Loss loss);  // "mse", "cross-entropy"
std::optional<Loss> lossFromName(std::string_view name);

}  // namespace cajal
