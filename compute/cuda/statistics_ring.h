#pragma once
// Statistics on their way from the GPU: accumulators in device memory, and a ring of places in pinned memory
// that copies of them arrive in. Nothing waits, unless nobody has asked for 256 of them.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "compute/core/telemetry.h"
#include "compute/cuda/owners.h"

namespace cajal::cuda {

class StatisticsRing {
 public:
  explicit StatisticsRing(cudaStream_t stream);

  // Where the head adds; device memory.
  Statistics* accumulator(int slot) const { return m_accumulators.get() + slot; }

  // In order with what is enqueued: copies the accumulator and sets it to zero.
  void take(int slot);
  // The oldest one taken, once it has arrived.
  std::optional<Statistics> poll();

 private:
  static constexpr std::size_t kPlaces = 256;

  void collectArrived();
  void collectOldest();

  cudaStream_t m_stream;
  DeviceMemory<Statistics> m_accumulators;     // (kStatisticsSlots)
  PinnedMemory<Statistics> m_places;           // (kPlaces)
  std::array<Event, kPlaces> m_hasArrived;     // recorded behind each copy
  std::uint64_t m_taken = 0, m_collected = 0;  // place = number % kPlaces
  std::deque<Statistics> m_arrived;            // collected, not yet asked for
};

}  // namespace cajal::cuda
