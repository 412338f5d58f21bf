#include "compute/cuda/statistics_ring.h"

#include "compute/cuda/patience.h"

namespace cajal::cuda {

StatisticsRing::StatisticsRing(cudaStream_t stream)
    : m_stream(stream),
      m_accumulators(allocateDevice<Statistics>(Telemetry::kStatisticsSlots, "statistics")),
      m_places(allocatePinned<Statistics>(kPlaces)) {
  for (Event& event : m_hasArrived) event = makeEvent();
  // Zero bits are zero in each of its fields.
  check(cudaMemsetAsync(m_accumulators.get(), 0, Telemetry::kStatisticsSlots * sizeof(Statistics), stream),
        "clearing the statistics");
}

void StatisticsRing::take(int slot) {
  if (m_taken - m_collected == kPlaces) {
    waitFor(m_hasArrived[m_collected % kPlaces].get(), "waiting for statistics");
    collectOldest();
  }
  const std::size_t place = m_taken % kPlaces;
  check(cudaMemcpyAsync(m_places.get() + place, accumulator(slot), sizeof(Statistics), cudaMemcpyDeviceToHost,
                        m_stream),
        "fetching statistics");
  check(cudaMemsetAsync(accumulator(slot), 0, sizeof(Statistics), m_stream), "clearing statistics");
  check(cudaEventRecord(m_hasArrived[place].get(), m_stream), "marking statistics");
  ++m_taken;
}

std::optional<Statistics> StatisticsRing::poll() {
  collectArrived();
  if (m_arrived.empty()) return std::nullopt;
  const Statistics oldest = m_arrived.front();
  m_arrived.pop_front();
  return oldest;
}

void StatisticsRing::collectArrived() {
  while (m_collected < m_taken) {
    const cudaError_t result = cudaEventQuery(m_hasArrived[m_collected % kPlaces].get());
    if (result == cudaErrorNotReady) {
      static_cast<void>(cudaGetLastError());  // "not ready" is an answer, not an error
      return;
    }
    check(result, "asking for statistics");
    collectOldest();
  }
}

void StatisticsRing::collectOldest() {
  m_arrived.push_back(m_places[m_collected % kPlaces]);
  ++m_collected;
}

}  // namespace cajal::cuda
