#pragma once
// Steps: what they follow and where they stand (math/step_state.h), the update that ends one, and ways to do
// many at once.

#include <cstdint>
#include <functional>

#include "compute/math/step_state.h"

namespace cajal {

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

// `state` is in the backend's memory, as many floats as kStepStateFloats says, zero at the beginning.
// Everything is in order with the operations.
class Steps {
 public:
  virtual ~Steps() = default;

  // For the step at hand and those after it.
  virtual void setRules(const StepRules& rules, StepState* state) = 0;
  // Its learning rate is told by the rules.
  virtual void setClock(const StepClock& clock, StepState* state) = 0;
  // Waits until the backend has come that far.
  virtual StepClock readClock(const StepState* state) = 0;
  // Behind a step: the clock goes on.
  virtual void tick(StepState* state) = 0;

  // The update rule over whole arenas, as the rules in `state` say. `isMeasured`: gradients that are not
  // finite block the update, unless the rules let them pass (blockedUpdates() counts that), and their norm is
  // clipped; without it neither is looked at.
  void update(StepState* state, const UpdateArenas& arenas, bool isMeasured);
  // Updates that were blocked since this backend was made, as far as is known without waiting.
  virtual std::uint64_t blockedUpdates() = 0;
  // average ← decay average + (1 - decay) parameters, over `count` floats, unless the training is halted.
  // `decay`: 0 … 1
  void moveAverage(const StepState* state, const float* parameters, float decay, float* average,
                   std::size_t count);

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

 private:
  virtual void doUpdate(StepState*, const UpdateArenas&, bool isMeasured) = 0;
  virtual void doMoveAverage(const StepState*, const float* parameters, float decay, float* average,
                             std::size_t count) = 0;

  std::uint64_t m_lastStepShape = 0;
};

}  // namespace cajal
