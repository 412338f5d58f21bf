#pragma once
// The trainer: one step at a time. Gather a batch, forward, head, backward, update; every so often a look at
// the validation or test examples. Used by one thread; with CUDA a step is only enqueued here.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compute/training/batch_feed.h"
#include "compute/training/command.h"
#include "compute/training/curve_meter.h"
#include "compute/training/health.h"
#include "compute/training/looks.h"
#include "compute/training/moving_average.h"
#include "compute/training/network.h"
#include "compute/training/probe.h"
#include "compute/training/step_control.h"
#include "compute/training/stepper.h"
#include "compute/training/training_settings.h"
#include "compute/training/training_state.h"

namespace cajal {

// A training: its settings, and what does not change once it has begun.
struct TrainingConfiguration : TrainingSettings {
  NetworkDescription network;
  Precision precision = Precision::fp32;  // of the backend that it is meant for
  std::uint64_t seed = 1;
  // Validation or test examples that a point of the curves looks at.
  std::size_t metricsTestExamples = 1000;
};

class Trainer {
 public:
  // Keeps references to backend and data: both outlive it. `arenas` may be empty: the backend allocates then.
  // Throws Error(badInput) where the network does not fit the data.
  Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
          const ArenaSource& arenas);
  Trainer(const Trainer&) = delete;  // its parts refer to each other
  Trainer& operator=(const Trainer&) = delete;

  // So many updates of the weights. The first forward pass writes scratch memory alone; the first backward
  // pass writes gradients and then parameters. `beforeSharedWrites` is called between the two, and waits for
  // readers of the arenas. No effect while training is halted (see haltedReason()).
  void advance(std::uint64_t steps, const std::function<void()>& beforeSharedWrites = {});
  void step(const std::function<void()>& beforeSharedWrites = {}) { advance(1, beforeSharedWrites); }
  // Between two steps. A number out of range is clamped; the command is returned as it was applied. Any
  // command lets a halted training try again. Throws Error(usage) for a name or a kind of value that
  // trainingSettings() has not: check commands before they are sent here.
  LoggedCommand apply(const Command& command);
  // Why training is halted, in words a user can act on; empty while it is not.
  const std::string& haltedReason() const { return m_run.haltedReason; }
  // Fills the activations arena with one example's, under the present weights.
  void showExample(Part part, std::size_t index) { m_probe.showExample(part, index); }
  // Fills the looks arena with activations under the present weights, without dropout and with running
  // statistics: of the first `count` examples of a part, or as many as there are and fit.
  LookFacts lookAtExamples(Part part, std::size_t count) { return m_probe.lookAtExamples(part, count); }
  // The same of a plane, for networks with exactly two inputs. Neither call changes one bit of the training.
  LookFacts lookAtPlane() { return m_probe.lookAtPlane(); }
  // The next step is measured; health() returns the result once it has arrived. Steps that are not measured
  // cost nothing more.
  void requestHealth() { m_wantsHealth = true; }
  // From the next step on, the changes arena holds what the last one added; else it stands as it was.
  void keepChanges(bool keeps) { m_keepsChanges = keeps; }
  // The newest measurement, or null. It stays valid.
  std::shared_ptr<const Health> health() { return m_run.health.newest(m_backend, m_network); }
  // Over the first `count` examples of a part, or as many as there are; waits for the backend.
  Statistics evaluate(Part part, std::size_t count);
  // Finished points of the curves since the last call, in order.
  std::vector<Metrics> takeMetrics();

  std::uint64_t stepsDone() const { return m_control.steps(); }
  std::uint64_t resets() const { return m_run.resets; }
  double epochsDone() const;
  // As it is now, with what commands have changed.
  const TrainingConfiguration& configuration() const { return m_configuration; }
  const Hyperparameters& hyperparameters() const { return m_configuration.hyperparameters; }
  bool followsSchedule() const { return m_configuration.followsSchedule; }
  // Examples an update sees: the whole training part for gradient descent.
  std::size_t effectiveBatchSize() const;
  const DataSet& data() const { return m_feed.data(); }
  const Network& network() const { return m_network; }
  Backend& backend() { return m_backend; }
  // Of parameters, gradients, moments, activations and looks: what a training needs however it is computed.
  std::size_t neededBytes() const;

  // Parameters to and from host memory, tensor by tensor; the names are those of network().tensors().
  std::vector<float> readTensor(const TensorView& tensor);
  void writeTensor(const TensorView& tensor, const std::vector<float>& values);
  // The moving average of the parameters, all arenaFloats(parameters) of it; empty where none is kept.
  std::vector<float> readAverage() const { return m_average.read(); }

  // Counters and settings as they are now. Waits for the backend.
  TrainerState counters() const;
  // A copy of everything. Waits for the backend.
  TrainingState state();
  // Begins from a state of the same network, seed and data, whatever this trainer did before.
  void restore(const TrainingState& state);

 private:
  // What the host notes of the run at hand. begin() replaces all of it, so that nothing of the run before can
  // be left.
  struct Run {
    std::uint64_t resets = 0;
    PlateauState plateau;
    std::vector<LoggedCommand> commands;
    std::string haltedReason;
    std::uint64_t blockedSeen = 0;  // of the backend's blockedUpdates()
    CurveMeter curves;
    HealthMeter health;
  };

  void reset();
  void begin(const TrainerState& state, const Statistics& sums);
  void change(const Setting<TrainingSettings>& setting, LoggedCommand& applied);
  void followSettings(const TrainingSettings& before);
  void followRules();
  std::uint64_t stepsAtOnce(std::uint64_t steps, bool mayRepeat) const;
  void haltIfBlocked();
  void noteMetrics();
  void collectStatistics(bool wait);

  TrainingConfiguration m_configuration;  // the settings as they are now
  Backend& m_backend;
  Network m_network;
  BatchFeed m_feed;
  StepControl m_control;
  MovingAverage m_average;
  Stepper m_stepper;
  Probe m_probe;
  bool m_wantsHealth = false;
  bool m_keepsChanges = false;  // of every step, and not only of those that are looked at
  Run m_run;
};

}  // namespace cajal
