#pragma once
// The batch feed: the parts of a data set as a backend reads them, and room for the targets of a batch.

#include <memory>

#include "compute/core/backend.h"
#include "compute/data/prepare/prefetcher.h"

namespace cajal {

class BatchFeed {
 public:
  // Keeps references to data and backend. `seed` shuffles the training part. Throws Error(badInput) where
  // that is empty.
  BatchFeed(const DataSet& data, Backend& backend, std::uint64_t seed);

  const DataSet& data() const { return m_data; }
  std::uint64_t seed() const { return m_seed; }
  const DeviceExamples& examples(Part part) const { return partOf(m_parts, part); }
  // Rows of the training part are read by the host, batch by batch: such steps cannot be captured.
  bool isReadByHost() const { return m_parts.training.onHost != nullptr; }

  // Room for the targets of so many examples; those that stand there are lost.
  void makeRoom(std::size_t rows);
  const Targets& targets() const { return m_targets; }

  // Fills the rows of `input` (rows, features), and targets(), with the examples of the step at hand, behind
  // the `done` first of its batch. `state` tells where the step stands; `cursor` tells the same to a host
  // that reads the rows itself.
  void readBatch(const StepState* state, std::uint64_t cursor, std::size_t done, const Matrix& input);
  // Fills the rows of `input`, and targets(), with the examples of a part from `first` on, in the order they
  // stand in. Waits until they are there.
  void read(Part part, std::size_t first, const Matrix& input);

 private:
  struct Parts {
    DeviceExamples training, validation, test;
  };

  const DataSet& m_data;
  Backend& m_backend;
  std::uint64_t m_seed;
  Parts m_parts;
  ArenaMemory m_targetMemory;
  Targets m_targets;
  // Of a training part in a mapped file whose rows are read by this process; null otherwise.
  std::unique_ptr<Prefetcher> m_prefetcher;
};

}  // namespace cajal
