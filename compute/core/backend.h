#pragma once
// A backend: memory, and the few operations a step is made of. The CPU's and CUDA's are twins behind this
// class.
//
// The public methods check shapes once for both; the private virtual ones do the work. With CUDA everything
// is enqueued on one stream and returns at once; on the CPU it is done when the call returns. One thread uses
// a backend: the one that trains. Glossary: B batch, C classes, y output, z pre-activation, in/out as in
// tensor.h.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/core/sliding_window.h"
#include "compute/core/summary.h"
#include "compute/core/tensor.h"
#include "compute/data/dataset.h"
#include "compute/math/activations.h"
#include "compute/math/dropout.h"
#include "compute/math/losses.h"
#include "compute/math/step_state.h"
#include "compute/math/update_rules.h"

namespace cajal {

// What matrix products compute with: fp32, or fp32 rounded to the 10 or 7 bits that tensor cores multiply,
// and added up in fp32. Everything else is fp32.
enum class Precision { fp32, tf32, bf16 };
std::span<const KindName> namesOf(Precision);  // "fp32", "tf32", "bf16"

// Memory of a backend, owned: freed by whoever made it.
using ArenaMemory = std::unique_ptr<float, std::function<void(float*)>>;

// Where arenas come from: the backend itself, or the viewer, when both sides are to share them.
// The memory is zero when handed over.
using ArenaSource = std::function<ArenaMemory(ArenaKind kind, std::size_t floats)>;

// Sums over examples since the last time they were taken.
struct Statistics {
  double loss = 0;
  std::uint64_t correct = 0;
  std::uint64_t count = 0;

  double meanLoss() const { return count ? loss / static_cast<double>(count) : 0.0; }
  double accuracy() const { return count ? static_cast<double>(correct) / static_cast<double>(count) : 0.0; }
};

// One part of a data set, in the backend's memory, or, where that is too small, as it stands in the host's.
struct DeviceExamples {
  std::shared_ptr<void> owner;          // frees what it must
  const std::uint8_t* bytes = nullptr;  // (count, features), read as value / 255; or
  const float* floats = nullptr;        // (count, features)
  const Label* labels = nullptr;        // (count); or
  const float* targets = nullptr;       // (count, outputs)
  const float* weights = nullptr;       // (count), or null: all count 1
  std::size_t count = 0;
  std::size_t features = 0;
  std::size_t outputs = 0;  // of `targets`
  // Read row by row for each batch; the pointers above are null then, and a selection's cursor is the host's.
  const Examples* onHost = nullptr;
};

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

// What a StepState takes of memory that is allocated in floats.
inline constexpr std::size_t kStepStateFloats = (sizeof(StepState) + sizeof(float) - 1) / sizeof(float);

// What an update reads and writes: four arenas with the same offsets. The first `penalized` parameters, which
// are the weights, are also decayed.
struct UpdateArenas {
  float* parameters = nullptr;
  const float* gradients = nullptr;
  float* firstMoments = nullptr;
  float* secondMoments = nullptr;
  std::size_t count = 0, penalized = 0;
  float* changes = nullptr;  // what was added to each parameter is left there; null: nobody asks
};

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

// What enqueued work takes of a device's launch queue. When the queue is full, the host waits at the next
// launch until the device has come further; if the device waits for the host meanwhile, both wait for ever.
struct LaunchCosts {
  std::uint64_t queue = 700;  // launches that the queue surely takes before the host waits
  // Launches for each layer, at most: of a step, with all that is done once a step; of a forward pass alone,
  // without the two that fetch its input and apply the head's activation.
  std::uint64_t layerOfStep = 11, layerOfForward = 3;
  std::uint64_t stepsOfRepetition = 16;  // steps that repeat() enqueues with one launch
  std::uint64_t repetition = 8;          // what such a launch takes of the queue, in launches
};

struct DenseTraining;  // compute/core/dense_training.h

class Backend {
 public:
  virtual ~Backend() = default;

  // "CPU, 2 threads, oneDNN 2.6.3"; "NVIDIA H200, CUDA 13.0"
  virtual std::string describe() const = 0;
  // Memory that is addressable by the host (the CPU's), so that a host copy publishes it.
  virtual bool isHostMemory() const = 0;
  // Zeroed. Throws Error(gpu) or Error(badInput) saying how much was wanted, where there is too little.
  virtual ArenaMemory allocate(std::size_t floats) = 0;
  virtual DeviceExamples upload(const Examples& examples, std::size_t features) = 0;

  // Host copies of `count` floats; they wait until the backend has come that far.
  virtual void read(const float* source, float* host, std::size_t count) = 0;
  virtual void write(float* target, const float* host, std::size_t count) = 0;
  virtual void fillZero(float* target, std::size_t count) = 0;
  // Returns when everything enqueued so far is done.
  virtual void finish() = 0;

  // How many CPU threads a step may use, from the next operation on. Results do not depend on it.
  virtual void setThreads(int) {}

  // input (B, features), targets (B): rows of `examples` chosen by `selection`.
  void gather(const DeviceExamples& examples, const BatchSelection& selection, const Matrix& input,
              const Targets& targets);

  // --- layers: glossary in compute/layers/layer.h; every result is overwritten unless said otherwise ---

  // output (B, out) = f(z), z = input (B, in) · weightᵀ + bias. z is kept too where it is not null.
  void denseForward(const Matrix& input, const Matrix& weight, const float* bias, Activation activation,
                    const Matrix& output, float* z);
  // dLoss_dZ of the layer before: (dLoss_dZ (B, out) · weight (out, in)) ⊙ f' of `before`.
  void denseBackwardInput(const Matrix& dLoss_dZ, const Matrix& weight, const ActivatedOutput& before,
                          const Matrix& dLoss_dZBefore);
  // dWeight (out, in) = dLoss_dZᵀ · input, dBias (out) = Σ over B. Adds where `accumulate`.
  void denseBackwardParameters(const Matrix& dLoss_dZ, const Matrix& input, const Matrix& dWeight,
                               float* dBias, bool accumulate);

  // The same three for windows of images: (B, rows · columns · channels), weight (outputs, taps).
  void convolutionForward(const Convolution& convolution, const Matrix& input, const Matrix& weight,
                          const float* bias, Activation activation, const Matrix& output, float* z);
  void convolutionBackwardInput(const Convolution& convolution, const Matrix& dLoss_dZ, const Matrix& weight,
                                const ActivatedOutput& before, const Matrix& dLoss_dZBefore);
  void convolutionBackwardParameters(const Convolution& convolution, const Matrix& dLoss_dZ,
                                     const Matrix& input, const Matrix& dWeight, float* dBias,
                                     bool accumulate);

  void poolForward(const Pooling& pooling, const Matrix& input, const Matrix& output);
  // A maximum's gradient goes to the first of equal values.
  void poolBackward(const Pooling& pooling, const Matrix& input, const Matrix& dLoss_dOutput,
                    const Matrix& dLoss_dInput);

  // Batch normalisation of the columns of (N, C): N is B, or B · pixels. With `batchStatistics` (2, C), mean
  // and 1/deviation are the batch's and are left there; without, the running ones are used.
  void batchNormForward(const Matrix& input, const ScaleAndShift& parameters,
                        const RunningStatistics& running, float* batchStatistics, const Matrix& output);
  // Also moves the running statistics towards the batch's, where those are finite: here and not in the
  // forward pass, which writes scratch alone. `gradients` are those of scale and shift.
  void batchNormBackward(const Matrix& input, const ScaleAndShift& parameters, const float* batchStatistics,
                         const Matrix& dLoss_dOutput, const RunningStatistics& running,
                         const ScaleAndShift& gradients, bool accumulate, const Matrix* dLoss_dInput);
  // Layer normalisation of the rows of (B, n); `rowStatistics` (B, 2): mean and 1/deviation.
  void layerNormForward(const Matrix& input, const ScaleAndShift& parameters, float* rowStatistics,
                        const Matrix& output);
  void layerNormBackward(const Matrix& input, const ScaleAndShift& parameters, const float* rowStatistics,
                         const Matrix& dLoss_dOutput, const ScaleAndShift& gradients, bool accumulate,
                         const Matrix* dLoss_dInput);

  // Forward and backward alike: values the mask drops become zero, the others are divided by 1 - rate.
  void dropout(const DropoutMask& mask, const Matrix& input, const Matrix& output);
  // output = a + b
  void add(const Matrix& a, const Matrix& b, const Matrix& output);
  // values: z on entry, f(z) on return; z is kept too where it is not null.
  void activate(Activation activation, const Matrix& values, float* z);
  // target = source ⊙ f', or target += where `accumulate`; source may be target.
  void multiplyByDerivative(const Matrix& source, const ActivatedOutput& before, const Matrix& target,
                            bool accumulate);
  // output (B, C): z on entry, y on return.
  void activateRows(Activation activation, const Matrix& output);
  // The head (math/losses.h): output z → y; dLoss_dZ (B, C) overwritten when given, scaled by `inverseBatch`;
  // loss and correct answers are added to `statistics`.
  void head(const Head& head, const Matrix& output, const Targets& targets, const Matrix* dLoss_dZ,
            float inverseBatch, int statistics);

  // --- steps: what they follow, and where they stand (math/step_state.h); `state` is in the backend's
  // memory, as many floats as kStepStateFloats says, zero at the beginning. In order with the operations. ---

  // For the step at hand and those after it.
  virtual void setRules(const StepRules& rules, StepState* state) = 0;
  // Its learning rate is told by the rules.
  virtual void setClock(const StepClock& clock, StepState* state) = 0;
  // Waits until the backend has come that far.
  virtual StepClock readClock(const StepState* state) = 0;
  // Behind a step: the clock goes on.
  virtual void tick(StepState* state) = 0;

  // Does `step`, which is operations and a tick and nothing else, so many times. `shape` is a number from
  // nextStepShape(): while it is the same, `step` enqueues the same, and a backend may remember that and not
  // ask again.
  virtual void repeat(std::uint64_t shape, std::uint64_t times, const std::function<void()>& step);
  std::uint64_t nextStepShape() { return ++m_lastStepShape; }
  virtual LaunchCosts launchCosts() const { return {}; }
  // What repeat() does, for a training of dense layers alone, many steps at once. False, and nothing is done,
  // where this backend has no quicker way than repeat(). `beforeWrites` is called once it is known that there
  // is one.
  virtual bool advanceDense(const DenseTraining&, std::uint64_t /*steps*/,
                            const std::function<void()>& /*beforeWrites*/) {
    return false;
  }

  // --- updates ---

  // The update rule over whole arenas, as the rules in `state` say. `isMeasured`: gradients that are not
  // finite block the update, unless the rules let them pass (blockedUpdates() counts that), and their norm is
  // clipped; without it neither is looked at.
  void update(StepState* state, const UpdateArenas& arenas, bool isMeasured);
  // Updates that were blocked since this backend was made, as far as is known without waiting.
  virtual std::uint64_t blockedUpdates() = 0;
  // average ← decay average + (1 - decay) parameters, over `count` floats, unless the training is halted.
  void moveAverage(const StepState* state, const float* parameters, float decay, float* average,
                   std::size_t count);
  // target ← source, both in the backend's memory.
  virtual void copy(const float* source, float* target, std::size_t count) = 0;

  // Statistics are kept in kStatisticsSlots accumulators where the operations run. `takeStatistics` asks for
  // one and sets it to zero, in order with the operations; `pollStatistics` answers once it has arrived,
  // oldest first.
  static constexpr int kTrainingSlot = 0, kTestSlot = 1, kStatisticsSlots = 2;
  virtual void takeStatistics(int slot) = 0;
  virtual std::optional<Statistics> pollStatistics() = 0;
  // Reads the accumulator and leaves it unchanged. Waits until the backend has come that far.
  virtual Statistics readStatistics(int slot) = 0;
  virtual void writeStatistics(int slot, const Statistics& statistics) = 0;

  // One pass over each range, in order with the operations; pollSummaries() answers once it has arrived.
  // False, and nothing is done, while the answer before is still on its way.
  virtual bool takeSummaries(const std::vector<ValueRange>& ranges, const std::vector<UnitRange>& units) = 0;
  virtual std::optional<Summaries> pollSummaries() = 0;

 private:
  virtual void doGather(const DeviceExamples&, const BatchSelection&, const Matrix& input,
                        const Targets&) = 0;
  virtual void doDenseForward(const Matrix& input, const Matrix& weight, const float* bias, Activation,
                              const Matrix& output, float* z) = 0;
  virtual void doDenseBackwardInput(const Matrix& dLoss_dZ, const Matrix& weight, const ActivatedOutput&,
                                    const Matrix& dLoss_dZBefore) = 0;
  virtual void doDenseBackwardParameters(const Matrix& dLoss_dZ, const Matrix& input, const Matrix& dWeight,
                                         float* dBias, bool accumulate) = 0;
  virtual void doConvolutionForward(const Convolution&, const Matrix& input, const Matrix& weight,
                                    const float* bias, Activation, const Matrix& output, float* z) = 0;
  virtual void doConvolutionBackwardInput(const Convolution&, const Matrix& dLoss_dZ, const Matrix& weight,
                                          const ActivatedOutput&, const Matrix& dLoss_dZBefore) = 0;
  virtual void doConvolutionBackwardParameters(const Convolution&, const Matrix& dLoss_dZ,
                                               const Matrix& input, const Matrix& dWeight, float* dBias,
                                               bool accumulate) = 0;
  virtual void doPoolForward(const Pooling&, const Matrix& input, const Matrix& output) = 0;
  virtual void doPoolBackward(const Pooling&, const Matrix& input, const Matrix& dLoss_dOutput,
                              const Matrix& dLoss_dInput) = 0;
  virtual void doBatchNormForward(const Matrix& input, const ScaleAndShift&, const RunningStatistics&,
                                  float* batchStatistics, const Matrix& output) = 0;
  virtual void doBatchNormBackward(const Matrix& input, const ScaleAndShift&, const float* batchStatistics,
                                   const Matrix& dLoss_dOutput, const RunningStatistics&,
                                   const ScaleAndShift& gradients, bool accumulate,
                                   const Matrix* dLoss_dInput) = 0;
  virtual void doLayerNormForward(const Matrix& input, const ScaleAndShift&, float* rowStatistics,
                                  const Matrix& output) = 0;
  virtual void doLayerNormBackward(const Matrix& input, const ScaleAndShift&, const float* rowStatistics,
                                   const Matrix& dLoss_dOutput, const ScaleAndShift& gradients,
                                   bool accumulate, const Matrix* dLoss_dInput) = 0;
  virtual void doDropout(const DropoutMask&, const Matrix& input, const Matrix& output) = 0;
  virtual void doAdd(const Matrix& a, const Matrix& b, const Matrix& output) = 0;
  virtual void doActivate(Activation, const Matrix& values, float* z) = 0;
  virtual void doMultiplyByDerivative(const Matrix& source, const ActivatedOutput&, const Matrix& target,
                                      bool accumulate) = 0;
  virtual void doActivateRows(Activation, const Matrix& output) = 0;
  virtual void doHead(const Head&, const Matrix& output, const Targets&, const Matrix* dLoss_dZ,
                      float inverseBatch, int statistics) = 0;
  virtual void doUpdate(StepState*, const UpdateArenas&, bool isMeasured) = 0;
  virtual void doMoveAverage(const StepState*, const float* parameters, float decay, float* average,
                             std::size_t count) = 0;

  std::uint64_t m_lastStepShape = 0;
};

// The CPU backend with `threads` threads (0: one a core).
std::unique_ptr<Backend> makeCpuBackend(int threads);

// Why CUDA cannot be used, in words; empty when it can.
std::string whyNoCuda();
// How a CUDA backend trains.
struct CudaChoices {
  Precision precision = Precision::fp32;
  // Blocks of the cluster that takes many steps of a small dense network at once, where GPU and network allow
  // it: a power of two up to 16; 0: never.
  unsigned clusterBlocks = 16;
};
// The CUDA backend on device `index`. Throws Error(gpu) with whyNoCuda() where there is none.
std::unique_ptr<Backend> makeCudaBackend(int index, const CudaChoices& choices);
inline std::unique_ptr<Backend> makeCudaBackend(int index, Precision precision = Precision::fp32) {
  return makeCudaBackend(index, CudaChoices{.precision = precision});
}

}  // namespace cajal
