#pragma once
// The operations that a step is made of, each as plain data: what it reads, and what it writes. Matrices are
// views of a backend's memory. Results are overwritten unless said otherwise.
//
// A new operation is a struct and an entry of `Operation` here, a check in operations.cpp, and a run() in
// compute/cpu and in compute/cuda; where one is missing, the compiler says so. Glossary: B batch, C classes,
// y output, z pre-activation, in/out as in tensor.h; layers: compute/layers/layer.h.

#include <cstdint>
#include <variant>

#include "compute/core/backend_memory.h"
#include "compute/core/sliding_window.h"
#include "compute/core/summary.h"
#include "compute/core/tensor.h"
#include "compute/math/activations.h"
#include "compute/math/dropout.h"
#include "compute/math/losses.h"
#include "compute/math/step_state.h"

namespace cajal {

// ---- what operations share ----

// What a batch should have given, in the backend's memory. Only what the data set has is read and written.
struct Targets {
  Label* labels = nullptr;   // (B)
  float* values = nullptr;   // (B, outputs), where numbers are predicted: null otherwise
  float* weights = nullptr;  // (B), or null: all count 1
};

CAJAL_HOST_DEVICE inline RowTarget rowTarget(const Targets& targets, std::size_t row, std::size_t outputs) {
  return {targets.values ? 0 : targets.labels[row], targets.values ? targets.values + row * outputs : nullptr,
          targets.weights ? targets.weights[row] : 1.0f};
}

// Which examples make a batch: `count` of them from `cursor` on, in the shuffled order of endless epochs
// (math/permutation.h), or in the order they stand in where `shuffled` is false.
struct BatchSelection {
  std::uint64_t seed = 0;
  std::uint64_t cursor = 0;
  std::size_t count = 0;
  bool shuffled = true;
  const StepState* state = nullptr;  // where it is given, `cursor` counts from where its clock stands
};

CAJAL_HOST_DEVICE inline std::uint64_t firstExample(const BatchSelection& selection) {
  return selection.cursor + (selection.state ? selection.state->clock.cursor : 0);
}

// What a normalisation multiplies by and adds: (n) each, γ and β.
struct ScaleAndShift {
  float* scale = nullptr;
  float* shift = nullptr;
};

// Mean and variance that a batch normalisation has seen over time: (C) each.
struct RunningStatistics {
  float* mean = nullptr;
  float* variance = nullptr;
  const StepState* state = nullptr;  // where it is given and halted, they stay as they are
};

CAJAL_HOST_DEVICE inline bool stayAsTheyAre(const RunningStatistics& running) {
  return running.state && isHalted(running.state->clock);
}

// Added to a variance before its root is taken (Ioffe & Szegedy 2015; Ba et al. 2016).
inline constexpr float kNormEpsilon = 1e-5f;
// How much the last batch counts in the running statistics.
inline constexpr float kRunningShare = 0.1f;

// ---- batches ----

// Rows of `examples` chosen by `selection`.
struct Gather {
  const DeviceExamples& examples;
  BatchSelection selection;
  Matrix input;     // (B, features)
  Targets targets;  // (B)
};

// ---- layers ----

// output = f(z), z = input · weightᵀ + bias
struct DenseForward {
  Matrix input;       // (B, in)
  Matrix weight;      // (out, in)
  const float* bias;  // (out)
  Activation activation;
  Matrix output;  // (B, out)
  float* z;       // (B, out): z is kept here too; or null
};

// dLoss_dZBefore = (dLoss_dZ · weight) ⊙ f' of the layer before
struct DenseBackwardInput {
  Matrix dLoss_dZ;         // (B, out)
  Matrix weight;           // (out, in)
  ActivatedOutput before;  // (B, in)
  Matrix dLoss_dZBefore;   // (B, in)
};

// dWeight = dLoss_dZᵀ · input, dBias = Σ over B of dLoss_dZ
struct DenseBackwardParameters {
  Matrix dLoss_dZ;  // (B, out)
  Matrix input;     // (B, in)
  Matrix dWeight;   // (out, in)
  float* dBias;     // (out)
  bool accumulate;  // adds to both
};

// The same three for windows of images (B, rows · columns · channels) and weights (outputs, taps).
struct ConvolutionForward {
  Convolution convolution;
  Matrix input, weight;
  const float* bias;  // (outputs)
  Activation activation;
  Matrix output;
  float* z;  // like output, or null
};

struct ConvolutionBackwardInput {
  Convolution convolution;
  Matrix dLoss_dZ, weight;
  ActivatedOutput before;
  Matrix dLoss_dZBefore;
};

struct ConvolutionBackwardParameters {
  Convolution convolution;
  Matrix dLoss_dZ, input, dWeight;
  float* dBias;
  bool accumulate;
};

struct PoolForward {
  Pooling pooling;
  Matrix input, output;  // images
};

// A maximum's gradient goes to the first of equal values.
struct PoolBackward {
  Pooling pooling;
  Matrix input, dLoss_dOutput, dLoss_dInput;  // images
};

// Batch normalisation of the columns of (N, C): N is B, or B · pixels.
struct BatchNormForward {
  Matrix input;  // (N, C)
  ScaleAndShift parameters;
  RunningStatistics running;
  // (2, C): mean and 1/deviation of the batch are used and left here; null: the running ones are used.
  float* batchStatistics;
  Matrix output;  // (N, C)
};

// Also moves the running statistics towards the batch's, where those are finite: here and not in the forward
// pass, which writes scratch alone.
struct BatchNormBackward {
  Matrix input;  // (N, C)
  ScaleAndShift parameters;
  const float* batchStatistics;  // (2, C)
  Matrix dLoss_dOutput;          // (N, C)
  RunningStatistics running;
  ScaleAndShift gradients;     // of the parameters
  bool accumulate;             // adds to them
  const Matrix* dLoss_dInput;  // (N, C), or null
};

// Layer normalisation of the rows of (B, n).
struct LayerNormForward {
  Matrix input;  // (B, n)
  ScaleAndShift parameters;
  float* rowStatistics;  // (B, 2): mean and 1/deviation
  Matrix output;         // (B, n)
};

struct LayerNormBackward {
  Matrix input;  // (B, n)
  ScaleAndShift parameters;
  const float* rowStatistics;  // (B, 2)
  Matrix dLoss_dOutput;        // (B, n)
  ScaleAndShift gradients;
  bool accumulate;
  const Matrix* dLoss_dInput;  // (B, n), or null
};

// Forward and backward alike: values the mask drops become zero, the others are divided by 1 - rate.
struct ApplyDropout {
  DropoutMask mask;
  Matrix input, output;  // (B, n)
};

// output = a + b
struct Add {
  Matrix a, b, output;
};

// values: z on entry, f(z) on return.
struct Activate {
  Activation activation;
  Matrix values;
  float* z;  // like values: z is kept here too; or null
};

// target = source ⊙ f', or target += where `accumulate`; source may be target.
struct MultiplyByDerivative {
  Matrix source;
  ActivatedOutput before;
  Matrix target;
  bool accumulate;
};

// ---- the head (math/losses.h) ----

// output: z on entry, y on return.
struct ActivateRows {
  Activation activation;
  Matrix output;  // (B, C)
};

// As ActivateRows. Loss and correct answers are added to a slot of the statistics (telemetry.h).
struct ApplyHead {
  Head head;
  Matrix output;  // (B, C)
  Targets targets;
  const Matrix* dLoss_dZ;  // (B, C), scaled by inverseBatch; or null
  float inverseBatch;
  int statistics;
};

using Operation =
    std::variant<Gather, DenseForward, DenseBackwardInput, DenseBackwardParameters, ConvolutionForward,
                 ConvolutionBackwardInput, ConvolutionBackwardParameters, PoolForward, PoolBackward,
                 BatchNormForward, BatchNormBackward, LayerNormForward, LayerNormBackward, ApplyDropout, Add,
                 Activate, MultiplyByDerivative, ActivateRows, ApplyHead>;

// Throws Error(bug) where shapes do not fit each other, or something is missing.
void check(const Operation& operation);

// Carries operations out, in the order in which they are given.
class Operations {
 public:
  virtual ~Operations() = default;

  // With CUDA the operation is enqueued; on the CPU it is done on return. Throws as check().
  void run(const Operation& operation) {
    check(operation);
    perform(operation);
  }

 private:
  virtual void perform(const Operation& operation) = 0;
};

}  // namespace cajal
