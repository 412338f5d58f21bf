#pragma once
// The trainer: one step at a time. Gather a batch, forward, head, backward, update; every so often a look at
// the validation or test examples. Used by one thread; with CUDA a step is only enqueued here.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compute/core/dense_training.h"
#include "compute/data/prefetcher.h"
#include "compute/math/schedules.h"
#include "compute/training/command.h"
#include "compute/training/health.h"
#include "compute/training/looks.h"
#include "compute/training/network.h"
#include "compute/training/training_settings.h"

namespace cajal {

// A training: its settings, and what does not change once it has begun.
struct TrainingConfiguration : TrainingSettings {
  NetworkDescription network;
  Precision precision = Precision::fp32;  // of the backend that it is meant for
  std::uint64_t seed = 1;
  // Validation or test examples a point of the curves looks at; evaluateTest() looks at as many as it is
  // told.
  std::size_t metricsTestExamples = 1000;
};

// A point of the curves.
struct Metrics {
  std::uint64_t step = 0;
  double trainLoss = 0;      // mean over the batches since the point before
  double trainAccuracy = 0;  // 0 … 1
  double testLoss = 0;       // of the validation part, where there is one
  double testAccuracy = 0;
};

enum class Part { training, test, validation };
std::span<const KindName> namesOf(Part);

// What a run is besides its arenas, between two steps: enough to go on as if nothing had happened.
struct TrainerState : TrainingSettings {
  std::uint64_t steps = 0;
  std::uint64_t cursor = 0;  // examples drawn
  std::uint64_t resets = 0;  // commanded so far
  UpdateCount updateCount;   // since the moments were zero; known to the backend's clock alone meanwhile
  PlateauState plateau;
  std::vector<LoggedCommand> commands;  // all that were applied, in order; a reset keeps them
};

class Trainer {
 public:
  // Keeps references to backend and data: both outlive it. `arenas` may be empty: the backend allocates then.
  // Throws Error(badInput) where the network does not fit the data.
  Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
          const ArenaSource& arenas);

  // So many updates of the weights. `beforeSharedWrites` is called between the first forward pass, which
  // writes scratch alone, and the first backward pass, which writes gradients and then parameters: whoever
  // still reads the arenas is waited for there, and no earlier. Does nothing while haltedReason() says
  // something.
  void advance(std::uint64_t steps, const std::function<void()>& beforeSharedWrites = {});
  void step(const std::function<void()>& beforeSharedWrites = {}) { advance(1, beforeSharedWrites); }
  // Between two steps. Numbers out of range are brought into it; returned as it was applied, for the log.
  // Any command lets a halted training try again. Throws Error(usage) for a name or a kind of value that
  // trainingSettings() has not: check commands before they are sent here.
  LoggedCommand apply(const Command& command);
  // Why no further step is taken, in words a user can act on; empty while all is well.
  const std::string& haltedReason() const { return m_haltedReason; }
  // Fills the activations arena with one example's, under the present weights.
  void showExample(Part part, std::size_t index);
  // Fills the looks arena under the present weights: dropout off, running statistics. With the first `count`
  // examples of a part, or as many as there are and fit;
  LookFacts lookAtExamples(Part part, std::size_t count);
  // or with a plane, where the network has exactly two inputs. Neither changes what is learnt, by no bit.
  LookFacts lookAtPlane();
  // The next step is looked at; health() has it once it is known. Costs nothing in steps nobody asked about.
  void requestHealth() { m_wantsHealth = true; }
  // From the next step on, the changes arena holds what the last one added; else it stands as it was.
  void keepChanges(bool keeps);
  // The newest there is, or null. Stays valid.
  std::shared_ptr<const Health> health();
  // Over `count` test examples from the first on; waits for the backend.
  Statistics evaluateTest(std::size_t count);
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
  // Updates that found a gradient that is not finite, and were left out.
  std::uint64_t skippedUpdates() const { return m_blockedSeen; }

  // Parameters to and from host memory, tensor by tensor; the names are those of network().tensors().
  std::vector<float> readTensor(const TensorView& tensor);
  void writeTensor(const TensorView& tensor, const std::vector<float>& values);
  // The moving average of the parameters, all arenaFloats(parameters) of it; empty where none is kept.
  std::vector<float> readAverage();

  // Waits for the backend.
  TrainerState state() const;
  // Sets everything but the parameters and moments, which writeTensor() sets. `average` may be empty.
  void restore(const TrainerState& state, const std::vector<float>& average);

 private:
  static constexpr int kTrainingSlot = 0, kTestSlot = 1;  // of the backend's statistics
  static constexpr std::uint64_t kNoPoint = 0;            // in m_metricSteps: of steps that were not

  void reset();
  void followSettings(const TrainingSettings& before);
  void fitWorkspace();
  void makeAverage();
  StepState* stepState() const { return reinterpret_cast<StepState*>(m_stepState.get()); }
  StepRules rules() const;
  void followRules();
  void setClock(const UpdateCount& updates);
  void restartClock();
  bool hasPointAt(std::uint64_t step) const;
  std::uint64_t stepsUntilPoint() const;
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
  void collectStatistics(bool wait);
  void notePoint(const Metrics& point);

  TrainingConfiguration m_configuration;
  const DataSet& m_data;
  Backend& m_backend;
  Network m_network;
  DeviceExamples m_training, m_validation, m_test;
  ArenaMemory m_average;  // of the parameters; null where none is kept

  // What steps follow and where they stand, in the backend's memory; m_state and m_configuration are what the
  // host knows of it without asking.
  ArenaMemory m_stepState;
  std::optional<StepRules> m_rulesSet;    // as they stand there
  std::uint64_t m_stepShape = 0;          // of the steps that are repeated; 0: to be taken anew
  std::vector<DenseLayer> m_denseLayers;  // all of the network's; empty where some are of another kind

  // Room for one chunk of a batch: larger batches are gradients added up, chunk by chunk.
  Workspace m_workspace;
  ArenaMemory m_targetMemory;
  Targets m_targets;  // (capacity of the workspace)

  ArenaMemory m_plane;  // (side · side, 2): the inputs of the plane; null until somebody looks at it
  PlaneRange m_planeRange;

  bool m_wantsHealth = false;
  bool m_keepsChanges = false;     // of every step, and not only of those that are looked at
  std::uint64_t m_healthStep = 0;  // of the summaries that are on their way
  std::shared_ptr<const Health> m_health;

  TrainerState m_state;  // settings apart, which stand in the configuration
  std::string m_haltedReason;
  std::uint64_t m_blockedSeen = 0;
  std::deque<Statistics> m_arrived;  // training and test statistics, in the order they were asked for
  std::deque<std::uint64_t> m_metricSteps;
  std::vector<Metrics> m_metrics;

  // Of a training part in a mapped file whose rows are read here, batch by batch; null otherwise.
  std::unique_ptr<Prefetcher> m_prefetcher;
};

}  // namespace cajal
