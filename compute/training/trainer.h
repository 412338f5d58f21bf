#pragma once
// The trainer: one step at a time. Gather a batch, forward, head, backward, update; every so often a look at
// the test examples. Used by one thread; with CUDA a step is only enqueued here.

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "compute/core/backend.h"
#include "compute/training/command.h"
#include "compute/training/network.h"

namespace cajal {

struct TrainingConfiguration {
  NetworkDescription network;
  Hyperparameters hyperparameters;
  std::size_t batchSize = 64;
  std::uint64_t seed = 1;
  // A point of the curves every so many steps (and at steps 1, 2, 4, 8 … before the first).
  std::uint64_t metricsEvery = 100;
  // Test examples a point of the curves looks at; all of them are looked at by evaluateTest().
  std::size_t metricsTestExamples = 1000;
};

// A point of the curves.
struct Metrics {
  std::uint64_t step = 0;
  double trainLoss = 0;      // mean over the batches since the point before
  double trainAccuracy = 0;  // 0 … 1
  double testLoss = 0;
  double testAccuracy = 0;
};

enum class Part { training, test };

class Trainer {
 public:
  // Keeps references to backend and data: both outlive it. `arenas` may be empty: the backend allocates then.
  // Throws Error(badInput) where the network does not fit the data.
  Trainer(const TrainingConfiguration& configuration, const DataSet& data, Backend& backend,
          const ArenaSource& arenas);

  // One update of the weights. `beforeSharedWrites` is called between the forward pass, which writes scratch
  // alone, and the backward pass, which writes gradients and then parameters: whoever still reads the arenas
  // is waited for there, and no earlier.
  void step(const std::function<void()>& beforeSharedWrites = {});
  // Between two steps. Values out of range are brought into it; the applied command is returned for the log.
  Command apply(const Command& command);
  // Fills the activations arena with one example's, under the present weights.
  void showExample(Part part, std::size_t index);
  // Over `count` test examples from the first on; waits for the backend.
  Statistics evaluateTest(std::size_t count);
  // Finished points of the curves since the last call, in order.
  std::vector<Metrics> takeMetrics();

  std::uint64_t stepsDone() const { return m_steps; }
  double epochsDone() const;
  const TrainingConfiguration& configuration() const { return m_configuration; }
  const Hyperparameters& hyperparameters() const { return m_configuration.hyperparameters; }
  // Examples an update sees: the whole training part for gradient descent.
  std::size_t effectiveBatchSize() const;
  const DataSet& data() const { return m_data; }
  const Network& network() const { return m_network; }
  Backend& backend() { return m_backend; }

  // Parameters to and from host memory, tensor by tensor; the names are those of network().tensors().
  std::vector<float> readTensor(const TensorView& tensor);
  void writeTensor(const TensorView& tensor, const std::vector<float>& values);

 private:
  void reset();
  void fitWorkspace();
  Pass pass(bool isTraining) const;
  void lookAtTest(std::size_t count);
  void noteMetrics();
  void collectStatistics(bool wait);

  TrainingConfiguration m_configuration;
  const DataSet& m_data;
  Backend& m_backend;
  Network m_network;
  DeviceExamples m_training, m_test;

  // Room for one chunk of a batch: larger batches are gradients added up, chunk by chunk.
  Workspace m_workspace;
  ArenaMemory m_targetMemory;
  Targets m_targets;  // (capacity of the workspace)

  std::uint64_t m_steps = 0;
  std::uint64_t m_updatesSinceReset = 0;  // since the moments were zero
  std::uint64_t m_cursor = 0;             // examples drawn
  std::deque<Statistics> m_arrived;       // training and test statistics, in the order they were asked for
  std::deque<std::uint64_t> m_metricSteps;
  std::vector<Metrics> m_metrics;
};

}  // namespace cajal
