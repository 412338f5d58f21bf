#include <algorithm>

#include "compute/cuda/patience.h"
#include "compute/cuda/summary.h"

namespace cajal::cuda {
namespace {

constexpr std::size_t kValuesPerPart = 16'384;  // the CPU's tile

void cut(unsigned range, std::size_t size, std::size_t each, std::vector<SummaryPart>& parts) {
  for (std::size_t begin = 0; begin < size; begin += each) {
    parts.push_back({range, begin, std::min(begin + each, size)});
  }
}

// In `stream`, whose kernels read it: what cudaMemcpy puts into the legacy stream, it need not wait for. The
// elements are read before this returns, since they are not in pinned memory.
template <typename Element>
DeviceMemory<Element> upload(const std::vector<Element>& elements, const char* what, cudaStream_t stream) {
  DeviceMemory<Element> memory = allocateDevice<Element>(std::max<std::size_t>(elements.size(), 1), what);
  check(cudaMemcpyAsync(memory.get(), elements.data(), elements.size() * sizeof(Element),
                        cudaMemcpyHostToDevice, stream),
        what);
  return memory;
}

}  // namespace

SummaryTaker::SummaryTaker(cudaStream_t stream) : m_stream(stream), m_arrival(makeEvent()) {}

bool SummaryTaker::hasArrived() const {
  const cudaError_t result = cudaEventQuery(m_arrival.get());
  if (result == cudaErrorNotReady) {
    static_cast<void>(cudaGetLastError());  // "not ready" is an answer, not an error
    return false;
  }
  check(result, "asking for summaries");
  return true;
}

bool SummaryTaker::take(const Queue& queue, const std::vector<ValueRange>& ranges,
                        const std::vector<UnitRange>& units) {
  if (m_isOnItsWay) return false;
  if (!m_hostSummaries || ranges != m_ranges || units != m_units) {
    waitFor(m_stream, "waiting before summing up");
    m_ranges = ranges;
    m_units = units;
    makePlan();
  }
  const std::size_t summaries = m_plan.rangeCount, counts = m_plan.unitRangeCount;
  check(cudaMemsetAsync(m_alive.get(), 0, m_neurons, m_stream), "clearing marks of neurons");
  check(cudaMemsetAsync(m_counts.get(), 0, counts * sizeof(FlatCounts), m_stream),
        "clearing counts of neurons");
  summarize(queue, m_plan, {m_partSums.get(), m_alive.get(), m_summaries.get(), m_counts.get()});
  check(cudaMemcpyAsync(m_hostSummaries.get(), m_summaries.get(), summaries * sizeof(Summary),
                        cudaMemcpyDeviceToHost, m_stream),
        "fetching summaries");
  check(cudaMemcpyAsync(m_hostCounts.get(), m_counts.get(), counts * sizeof(FlatCounts),
                        cudaMemcpyDeviceToHost, m_stream),
        "fetching summaries");
  check(cudaEventRecord(m_arrival.get(), m_stream), "marking summaries");
  m_isOnItsWay = true;
  return true;
}

void SummaryTaker::makePlan() {
  std::vector<ValueRange> all = m_ranges;
  std::vector<SummaryPart> unitParts;
  std::vector<std::size_t> firstUnits = {0};
  for (std::size_t i = 0; i < m_units.size(); ++i) {
    const UnitRange& units = m_units[i];
    all.push_back({units.outputs.y, units.rows * units.units});
    const std::size_t rows = std::max<std::size_t>(kValuesPerPart / std::max<std::size_t>(units.units, 1), 1);
    cut(static_cast<unsigned>(i), units.rows, rows, unitParts);
    firstUnits.push_back(firstUnits.back() + units.units);
  }
  std::vector<SummaryPart> parts;
  std::vector<unsigned> firstParts = {0};
  for (std::size_t i = 0; i < all.size(); ++i) {
    cut(static_cast<unsigned>(i), all[i].count, kValuesPerPart, parts);
    firstParts.push_back(static_cast<unsigned>(parts.size()));
  }
  m_neurons = firstUnits.back();

  m_allRanges = upload(all, "ranges to sum up", m_stream);
  m_parts = upload(parts, "parts to sum up", m_stream);
  m_firstParts = upload(firstParts, "parts to sum up", m_stream);
  m_unitRanges = upload(m_units, "layers to look at", m_stream);
  m_unitParts = upload(unitParts, "layers to look at", m_stream);
  m_firstUnits = upload(firstUnits, "layers to look at", m_stream);
  m_plan = {m_allRanges.get(),
            m_parts.get(),
            m_firstParts.get(),
            static_cast<unsigned>(all.size()),
            static_cast<unsigned>(parts.size()),
            m_unitRanges.get(),
            m_unitParts.get(),
            m_firstUnits.get(),
            static_cast<unsigned>(m_units.size()),
            static_cast<unsigned>(unitParts.size())};

  m_partSums = allocateDevice<Summary>(std::max<std::size_t>(parts.size(), 1), "summaries");
  m_summaries = allocateDevice<Summary>(std::max<std::size_t>(all.size(), 1), "summaries");
  m_alive = allocateDevice<unsigned char>(std::max<std::size_t>(m_neurons, 1), "marks of neurons");
  m_counts = allocateDevice<FlatCounts>(std::max<std::size_t>(m_units.size(), 1), "counts of neurons");
  m_hostSummaries = allocatePinned<Summary>(std::max<std::size_t>(all.size(), 1));
  m_hostCounts = allocatePinned<FlatCounts>(std::max<std::size_t>(m_units.size(), 1));
}

std::optional<Summaries> SummaryTaker::poll() {
  if (!m_isOnItsWay || !hasArrived()) return std::nullopt;
  m_isOnItsWay = false;
  Summaries summaries;
  Summary* const outputs = m_hostSummaries.get() + m_ranges.size();
  summaries.ranges.assign(m_hostSummaries.get(), outputs);
  for (std::size_t i = 0; i < m_units.size(); ++i) {
    summaries.units.push_back({outputs[i], m_hostCounts[i].flat, m_units[i].units, m_hostCounts[i].dead});
  }
  return summaries;
}

}  // namespace cajal::cuda
