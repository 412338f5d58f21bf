#pragma once
// Examples that do not fit into the GPU's memory: the host puts each batch together in pinned memory, while
// the GPU still works on the steps before, and copies it in order with them.

#include <array>
#include <cstddef>

#include "compute/core/backend.h"
#include "compute/cuda/owners.h"

namespace cajal::cuda {

class RowStream {
 public:
  explicit RowStream(cudaStream_t stream) : m_stream(stream) {}

  // The rows that `selection`, whose cursor is the host's, chooses of `examples.onHost`: in device memory,
  // one behind the other, for what is enqueued until the next call. Waits only where the GPU is kSlots
  // batches behind.
  DeviceExamples next(const DeviceExamples& examples, const BatchSelection& selection);

 private:
  static constexpr std::size_t kSlots = 4;

  struct Slot {
    PinnedMemory<std::byte> bytes;
    std::size_t size = 0;
    Event isCopied;
  };

  Slot& nextSlot(std::size_t bytes);

  cudaStream_t m_stream;
  std::array<Slot, kSlots> m_slots;
  std::size_t m_next = 0;
  DeviceMemory<std::byte> m_rows;  // of the batch at hand
  std::size_t m_rowBytes = 0;
};

}  // namespace cajal::cuda
