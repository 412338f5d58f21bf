#pragma once
// The head of a network: output activation, loss and the gradient where it enters the last layer. One text
// for host and device; one call a row.
//
//   mean squared error    1/C Σ (y - t)²
//   mean absolute error   1/C Σ |y - t|
//   Huber                 1/C Σ ½ e² where |e| ≤ δ, δ (|e| - ½ δ) beyond; e = y - t
//   hinge                 1/C Σ max(0, 1 - s y), s = ±1
//   cross-entropy         Σ t (logsumexp(z) - z)           softmax outputs
//   binary cross-entropy  1/C Σ (softplus(z) - t z)        sigmoid outputs, each a yes or no of its own
//
// z pre-activation, y output, t target, C outputs; a batch's loss is the mean over its rows. The target is
// one-hot, or whatever numbers are to be predicted. Both cross-entropies are taken from z, so that a
// confident wrong answer costs what it should and not infinity. Label smoothing ε takes (1 - ε) t + ε/C for a
// one-hot t (Szegedy et al. 2016). A single output for two classes is asked for the second one.

#include <cmath>
#include <cstdint>
#include <string>

#include "compute/math/activations.h"

namespace cajal {

enum class Loss : std::uint32_t { meanSquared, crossEntropy, meanAbsolute, huber, binaryCrossEntropy, hinge };
inline constexpr std::uint32_t kLosses = 6;

// How outputs are judged.
struct Head {
  Loss loss = Loss::crossEntropy;
  Activation activation = Activation::softmax;  // of the outputs
  float labelSmoothing = 0;                     // ε, 0 … 1
  float huberDelta = 1;                         // δ > 0
  bool operator==(const Head&) const = default;
};

// What one row should have given: a label, or `values` (C) where those are not null.
struct RowTarget {
  std::size_t label = 0;
  const float* values = nullptr;
  float weight = 1;  // what the example counts for
};

// Target of one output. A label with a single output is a yes or no.
CAJAL_HOST_DEVICE inline float targetAt(const Head& head, const RowTarget& target, std::size_t output,
                                        std::size_t outputs) {
  if (target.values) return target.values[output];
  if (outputs == 1) return head.labelSmoothing * 0.5f + (1.0f - head.labelSmoothing) * (target.label != 0);
  const float hot = output == target.label ? 1.0f : 0.0f;
  return (1.0f - head.labelSmoothing) * hot + head.labelSmoothing / static_cast<float>(outputs);
}

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

// Whether the row says what the label says. Numbers that are predicted are never right or wrong.
CAJAL_HOST_DEVICE inline bool isCorrect(const Head& head, const float* row, std::size_t outputs,
                                        const RowTarget& target) {
  if (target.values) return false;
  if (outputs == 1) {
    const bool isHalfWay =
        head.activation == Activation::sigmoid || head.activation == Activation::hardSigmoid;
    const float middle = isHalfWay || head.loss != Loss::hinge ? 0.5f : 0.0f;
    return row[0] == row[0] && (row[0] > middle) == (target.label != 0);
  }
  const std::size_t label = target.label;
  for (std::size_t c = 0; c < outputs; ++c) {
    // NaN compares false with everything: a poisoned row is never correct.
    if (c != label && !(row[c] < row[label] || (row[c] == row[label] && c > label))) return false;
  }
  return row[label] == row[label];
}

struct LossTerm {
  float value;  // of one output, before it is divided by C
  float dValue_dY;
};

// The losses that are taken output by output, from y.
CAJAL_HOST_DEVICE inline LossTerm lossTerm(const Head& head, float y, float t) {
  const float error = y - t;
  switch (head.loss) {
    case Loss::meanAbsolute: return {fabsf(error), error > 0 ? 1.0f : error < 0 ? -1.0f : error};
    case Loss::huber: {
      const float delta = head.huberDelta;
      if (fabsf(error) <= delta) return {0.5f * error * error, error};
      return {delta * (fabsf(error) - 0.5f * delta), error > 0 ? delta : error < 0 ? -delta : error};
    }
    case Loss::hinge: {
      const float side = 2.0f * t - 1.0f;  // ±1, or between where labels are smoothed
      const float margin = 1.0f - side * y;
      return margin <= 0 ? LossTerm{0.0f, 0.0f} : LossTerm{margin, -side};
    }
    default: return {error * error, 2.0f * error};
  }
}

// z → y in place; the loss of the row, and dLoss_dZ (C) scaled by `scale` where that is not null.
CAJAL_HOST_DEVICE inline float crossEntropyRow(const Head& head, float* row, std::size_t outputs,
                                               const RowTarget& target, float* dLoss_dZ, float scale) {
  float dot = 0, mass = 0;  // Σ t z and Σ t
  for (std::size_t c = 0; c < outputs; ++c) {
    const float t = targetAt(head, target, c, outputs);
    dot += t == 0 ? 0.0f : t * row[c];  // a zero target of an infinite z is no NaN
    mass += t;
  }
  const float value = mass * softmaxInPlace(row, outputs) - dot;
  for (std::size_t c = 0; dLoss_dZ && c < outputs; ++c) {
    dLoss_dZ[c] = (mass * row[c] - targetAt(head, target, c, outputs)) * scale;
  }
  return value;
}

CAJAL_HOST_DEVICE inline float binaryCrossEntropyRow(const Head& head, float* row, std::size_t outputs,
                                                     const RowTarget& target, float* dLoss_dZ, float scale) {
  const float perOutput = 1.0f / static_cast<float>(outputs);
  float value = 0;
  for (std::size_t c = 0; c < outputs; ++c) {
    const float z = row[c], t = targetAt(head, target, c, outputs);
    value += (fmaxf(z, 0.0f) + log1pf(expf(-fabsf(z))) - t * z) * perOutput;
    row[c] = sigmoid(z);
    if (dLoss_dZ) dLoss_dZ[c] = (row[c] - t) * perOutput * scale;
  }
  return value;
}

// Softmax outputs judged one by one: its Jacobian is y (δ - yᵀ).
CAJAL_HOST_DEVICE inline float termsOfSoftmaxRow(const Head& head, float* row, std::size_t outputs,
                                                 const RowTarget& target, float* dLoss_dZ, float scale) {
  const float perOutput = 1.0f / static_cast<float>(outputs);
  softmaxInPlace(row, outputs);
  float value = 0, weighted = 0;
  for (std::size_t c = 0; c < outputs; ++c) {
    const LossTerm term = lossTerm(head, row[c], targetAt(head, target, c, outputs));
    value += term.value * perOutput;
    weighted += term.dValue_dY * perOutput * row[c];
  }
  for (std::size_t c = 0; dLoss_dZ && c < outputs; ++c) {
    const LossTerm term = lossTerm(head, row[c], targetAt(head, target, c, outputs));
    dLoss_dZ[c] = scale * row[c] * (term.dValue_dY * perOutput - weighted);
  }
  return value;
}

CAJAL_HOST_DEVICE inline float termsOfRow(const Head& head, float* row, std::size_t outputs,
                                          const RowTarget& target, float* dLoss_dZ, float scale) {
  const float perOutput = 1.0f / static_cast<float>(outputs);
  float value = 0;
  for (std::size_t c = 0; c < outputs; ++c) {
    const float z = row[c];
    row[c] = activate(head.activation, z);
    const LossTerm term = lossTerm(head, row[c], targetAt(head, target, c, outputs));
    value += term.value * perOutput;
    if (dLoss_dZ) dLoss_dZ[c] = scale * perOutput * term.dValue_dY * derivative(head.activation, z, row[c]);
  }
  return value;
}

// row: z on entry, y on return. dLoss_dZ: (C), or null when only the loss is wanted; already divided by B
// (`inverseBatch` = 1/B), so that gradients of batches add up.
CAJAL_HOST_DEVICE inline RowResult headRow(const Head& head, float* row, std::size_t outputs,
                                           const RowTarget& target, float* dLoss_dZ, float inverseBatch) {
  const float scale = inverseBatch * target.weight;
  const bool isCrossEntropy = head.loss == Loss::crossEntropy || head.loss == Loss::binaryCrossEntropy;
  float value = 0;
  if (isCrossEntropy && head.activation == Activation::softmax) {
    value = crossEntropyRow(head, row, outputs, target, dLoss_dZ, scale);
  } else if (isCrossEntropy) {  // sigmoid: checked above both backends
    value = binaryCrossEntropyRow(head, row, outputs, target, dLoss_dZ, scale);
  } else if (head.activation == Activation::softmax) {
    value = termsOfSoftmaxRow(head, row, outputs, target, dLoss_dZ, scale);
  } else {
    value = termsOfRow(head, row, outputs, target, dLoss_dZ, scale);
  }
  return {value * target.weight, isCorrect(head, row, outputs, target)};
}

// Why these outputs cannot be judged so, in words a user can act on; empty where they can.
std::string whyNot(const Head& head);

std::span<const KindName> namesOf(Loss);  // "mse", "cross-entropy", "mae", "huber", "bce", "hinge"

}  // namespace cajal
