#pragma once
// Summaries on a GPU, and their way back to the host. compute/cpu/summary.cpp is the specification.

#include <optional>
#include <vector>

#include "compute/core/summary.h"
#include "compute/cuda/operations.h"
#include "compute/cuda/owners.h"

namespace cajal::cuda {

// Values [begin, end) of a range, or rows of a layer's outputs: one block's work.
struct SummaryPart {
  unsigned range = 0;
  std::size_t begin = 0, end = 0;
};

// How many outputs of a layer are flat, and how many of its neurons are never anything else.
struct FlatCounts {
  unsigned long long flat = 0, dead = 0;
};

// What is summed up, as the kernels read it; in device memory.
struct SummaryPlan {
  const ValueRange* ranges = nullptr;  // (ranges): first those asked for, then each layer's outputs
  const SummaryPart* parts = nullptr;  // (parts), range by range
  const unsigned* firstParts =
      nullptr;  // (ranges + 1): the parts of range r are firstParts[r] … firstParts[r + 1]
  unsigned rangeCount = 0, partCount = 0;
  const UnitRange* units = nullptr;         // (unitRanges)
  const SummaryPart* unitParts = nullptr;   // (unitParts)
  const std::size_t* firstUnits = nullptr;  // (unitRanges + 1): where a layer's neurons begin in `alive`
  unsigned unitRangeCount = 0, unitPartCount = 0;
};

// Where it is left; in device memory.
struct SummaryResults {
  Summary* partSums = nullptr;     // (parts), scratch
  unsigned char* alive = nullptr;  // (neurons of all layers), zero on entry
  Summary* summaries = nullptr;    // (ranges)
  FlatCounts* counts = nullptr;    // (unitRanges), zero on entry
};

// summary.cu
void summarize(const Queue& queue, const SummaryPlan& plan, const SummaryResults& results);

// Keeps plan and results for the ranges it was last asked about: they are the same from frame to frame.
class SummaryTaker {
 public:
  explicit SummaryTaker(cudaStream_t stream);

  bool take(const Queue& queue, const std::vector<ValueRange>& ranges, const std::vector<UnitRange>& units);
  std::optional<Summaries> poll();

 private:
  void makePlan();
  bool hasArrived() const;

  cudaStream_t m_stream;
  std::vector<ValueRange> m_ranges;
  std::vector<UnitRange> m_units;
  std::size_t m_neurons = 0;

  DeviceMemory<ValueRange> m_allRanges;
  DeviceMemory<SummaryPart> m_parts, m_unitParts;
  DeviceMemory<unsigned> m_firstParts;
  DeviceMemory<UnitRange> m_unitRanges;
  DeviceMemory<std::size_t> m_firstUnits;
  SummaryPlan m_plan;

  DeviceMemory<Summary> m_partSums, m_summaries;
  DeviceMemory<unsigned char> m_alive;
  DeviceMemory<FlatCounts> m_counts;
  PinnedMemory<Summary> m_hostSummaries;
  PinnedMemory<FlatCounts> m_hostCounts;
  Event m_arrival;
  bool m_isOnItsWay = false;
};

}  // namespace cajal::cuda
