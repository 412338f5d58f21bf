#pragma once
// The stepper: enqueues the operations of a step. Gather a batch, forward, head, backward, update. One by
// one, or many at once where the backend has a quicker way.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compute/core/dense_training.h"
#include "compute/training/batch_feed.h"
#include "compute/training/moving_average.h"
#include "compute/training/network.h"
#include "compute/training/step_control.h"

namespace cajal {

// What a step is, besides the rules that it reads in the backend's memory.
struct StepKind {
  std::size_t batch = 0;      // examples
  bool isMeasured = false;    // gradients are looked at before the update: Steps::update()
  bool keepsChanges = false;  // the changes arena then holds what the step added; else it stays as it was
  bool operator==(const StepKind&) const = default;
};

class Stepper {
 public:
  // Called between the first forward pass, which writes scratch memory alone, and the first backward pass,
  // which writes gradients and then parameters.
  using BeforeSharedWrites = std::function<void()>;

  // Keeps references to all of them.
  Stepper(Backend& backend, const Network& network, BatchFeed& feed, StepControl& control,
          MovingAverage& average);

  // Room for steps of so many examples. Waits for the backend where there was less.
  void makeRoom(std::size_t batch);
  // Holds what the last chunk of a batch has left. Between two steps it may be overwritten.
  const Workspace& workspace() const { return m_workspace; }
  // Rows of that chunk.
  std::size_t lastChunk(std::size_t batch) const { return (batch - 1) % m_workspace.capacity + 1; }

  // `keepsOutputs`: the workspace is looked at behind the step.
  void step(const StepKind& kind, bool keepsOutputs, const BeforeSharedWrites& beforeSharedWrites);
  // The workspace is undefined behind these.
  void repeat(const StepKind& kind, std::uint64_t times);

 private:
  // What a repeated step depends on: while it stays the same, a backend may do again what it remembers.
  struct Repeated {
    StepKind kind;
    const float* average = nullptr;
    float averageDecay = 0;
    bool operator==(const Repeated&) const = default;
  };

  std::uint64_t shapeOf(const Repeated& repeated);
  bool advanceDense(const StepKind& kind, std::uint64_t times, bool keepsOutputs,
                    const BeforeSharedWrites& beforeSharedWrites);
  void enqueue(const StepKind& kind, const BeforeSharedWrites& beforeSharedWrites);
  void accumulateGradients(std::size_t batch, const BeforeSharedWrites& beforeSharedWrites);
  UpdateArenas updateArenas(bool keepsChanges) const;

  Backend& m_backend;
  const Network& m_network;
  BatchFeed& m_feed;
  StepControl& m_control;
  MovingAverage& m_average;
  std::vector<DenseLayer> m_denseLayers;  // all of the network's; empty where some are of another kind
  Workspace m_workspace;                  // one chunk: larger batches are gradients added up, chunk by chunk
  std::optional<Repeated> m_repeated;     // the last that was
  std::uint64_t m_shape = 0;              // of m_repeated: Steps::repeat()
};

}  // namespace cajal
