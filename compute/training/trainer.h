#pragma once
// The trainer: one step at a time. Gather a batch, forward, head, backward, update; every so often a look at
// the validation or test examples. Used by one thread; with CUDA a step is only enqueued here.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compute/core/dense_training.h"
#include "compute/data/prefetcher.h"
#include "compute/math/schedules.h"
#include "compute/training/command.h"
#include "compute/training/curve_meter.h"
#include "compute/training/health.h"
#include "compute/training/looks.h"
#include "compute/training/network.h"
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

enum class Part { training, test, validation };
std::span<const KindName> namesOf(Part);

class Trainer {
 public:
  // Keeps references to backend and data: both outlive it. `arenas` may be empty: the backend allocates then.
  // Throws Error(badInput) where the network does not fit the data.
  Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
          const ArenaSource& arenas);

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
  void showExample(Part part, std::size_t index);
  // Fills the looks arena with activations under the present weights, without dropout and with running
  // statistics: of the first `count` examples of a part, or as many as there are and fit.
  LookFacts lookAtExamples(Part part, std::size_t count);
  // The same of a plane, for networks with exactly two inputs. Neither call changes one bit of the training.
  LookFacts lookAtPlane();
  // The next step is measured; health() returns the result once it has arrived. Steps that are not measured
  // cost nothing more.
  void requestHealth() { m_wantsHealth = true; }
  // From the next step on, the changes arena holds what the last one added; else it stands as it was.
  void keepChanges(bool keeps);
  // The newest measurement, or null. It stays valid.
  std::shared_ptr<const Health> health();
  // Over the first `count` examples of a part, or as many as there are; waits for the backend.
  Statistics evaluate(Part part, std::size_t count);
  // Finished points of the curves since the last call, in order.
  std::vector<Metrics> takeMetrics();

  std::uint64_t stepsDone() const { return m_state.steps; }
  std::uint64_t resets() const { return m_state.resets; }
  double epochsDone() const;
  // As it is now, with what commands have changed.
  const TrainingConfiguration& configuration() const { return m_configuration; }
  const Hyperparameters& hyperparameters() const { return m_configuration.hyperparameters; }
  bool followsSchedule() const { return m_configuration.followsSchedule; }
  // Examples an update sees: the whole training part for gradient descent.
  std::size_t effectiveBatchSize() const;
  const DataSet& data() const { return m_data; }
  const Network& network() const { return m_network; }
  Backend& backend() { return m_backend; }
  // Of parameters, gradients, moments, activations and looks: what a training needs however it is computed.
  std::size_t neededBytes() const;

  // Parameters to and from host memory, tensor by tensor; the names are those of network().tensors().
  std::vector<float> readTensor(const TensorView& tensor);
  void writeTensor(const TensorView& tensor, const std::vector<float>& values);
  // The moving average of the parameters, all arenaFloats(parameters) of it; empty where none is kept.
  std::vector<float> readAverage();

  // Counters and settings as they are now. Waits for the backend.
  TrainerState counters() const;
  // A copy of everything. Waits for the backend.
  TrainingState state();
  // Begins from a state of the same network, seed and data, whatever this trainer did before.
  void restore(const TrainingState& state);

 private:
  static constexpr int kTrainingSlot = 0, kTestSlot = 1;  // of the backend's statistics

  // What the host notes of the run at hand besides m_state. begin() replaces all of it, so that nothing of
  // the run before can be left.
  struct Run {
    std::string haltedReason;
    std::uint64_t blockedSeen = 0;  // of the backend's blockedUpdates()
    CurveMeter curves;
    std::optional<StepRules> rulesSet;  // as they stand in the backend's memory
    std::uint64_t stepShape = 0;        // of the steps that are repeated; 0: to be taken anew
    std::uint64_t healthStep = 0;       // of the summaries that are on their way
    std::shared_ptr<const Health> health;
  };

  void reset();
  void begin(const TrainerState& state, const Statistics& sums);
  TrainerState settings() const;
  void followSettings(const TrainingSettings& before);
  void fitWorkspace();
  void makeAverage();
  StepState* stepState() const { return reinterpret_cast<StepState*>(m_stepState.get()); }
  StepRules rules() const;
  void followRules();
  void setClock(const UpdateCount& updates);
  void restartClock();
  void stepAlone(const std::function<void()>& beforeSharedWrites);
  void repeatStep(std::uint64_t times);
  bool advanceDense(std::uint64_t times, bool keepsChanges, bool keepsOutputs,
                    const std::function<void()>& beforeSharedWrites);
  void enqueueStep(bool keepsChanges, const std::function<void()>& beforeSharedWrites);
  void accumulateGradients(const std::function<void()>& beforeSharedWrites);
  BatchSelection batch(std::size_t done, std::size_t rows) const;
  void updateParameters(float* changes);
  void noteSteps(std::uint64_t steps);
  bool isUpdateMeasured() const;
  UpdateArenas updateArenas(float* changes) const;
  Pass pass(bool isTraining) const;
  float* clearedChanges(bool areWanted);
  void measureHealth();
  void haltIfBlocked();
  const DeviceExamples& examplesOf(Part part) const;
  Part curvePart() const { return m_validation.count > 0 ? Part::validation : Part::test; }
  void lookAt(const DeviceExamples& examples, std::size_t count);
  void makePlane(std::size_t side);
  void fillLooks(std::size_t count,
                 const std::function<void(std::size_t first, const Matrix& input)>& readInput);
  void noteMetrics();
  void noteCommand(const LoggedCommand& command);
  void collectStatistics(bool wait);
  void notePoint(const Metrics& point);

  TrainingConfiguration m_configuration;
  const DataSet& m_data;
  Backend& m_backend;
  Network m_network;
  DeviceExamples m_training, m_validation, m_test;
  ArenaMemory m_average;  // of the parameters; null where none is kept

  // The rules that steps follow and the clock that they advance, in the backend's memory. m_state and
  // m_configuration are what the host knows about both without asking the backend.
  ArenaMemory m_stepState;
  std::vector<DenseLayer> m_denseLayers;  // all of the network's; empty where some are of another kind

  // Room for one chunk of a batch: larger batches are gradients added up, chunk by chunk.
  Workspace m_workspace;
  ArenaMemory m_targetMemory;
  Targets m_targets;  // (capacity of the workspace)

  ArenaMemory m_plane;  // (side · side, 2): the inputs of the plane; null until somebody looks at it
  PlaneRange m_planeRange;

  bool m_wantsHealth = false;
  bool m_keepsChanges = false;  // of every step, and not only of those that are looked at

  TrainerState m_state;  // settings apart, which stand in the configuration
  Run m_run;

  // Of a training part in a mapped file whose rows are read here, batch by batch; null otherwise.
  std::unique_ptr<Prefetcher> m_prefetcher;
};

}  // namespace cajal
