#pragma once
// Telemetry: what a backend tells about the operations that it has carried out. It is asked for in order with
// the operations, and answered once the answer has arrived, without waiting.

#include <cstdint>
#include <optional>
#include <vector>

#include "compute/core/summary.h"

namespace cajal {

// Sums over examples since the last time they were taken.
struct Statistics {
  double loss = 0;
  std::uint64_t correct = 0;
  std::uint64_t count = 0;

  double meanLoss() const { return count ? loss / static_cast<double>(count) : 0.0; }
  double accuracy() const { return count ? static_cast<double>(correct) / static_cast<double>(count) : 0.0; }
};

class Telemetry {
 public:
  virtual ~Telemetry() = default;

  // Statistics are kept in accumulators, one a slot. `takeStatistics` asks for one and sets it to zero;
  // `pollStatistics` answers, oldest first.
  static constexpr int kTrainingSlot = 0, kTestSlot = 1, kStatisticsSlots = 2;
  virtual void takeStatistics(int slot) = 0;
  virtual std::optional<Statistics> pollStatistics() = 0;
  // Reads the accumulator and leaves it unchanged. Waits until the backend has come that far.
  virtual Statistics readStatistics(int slot) = 0;
  virtual void writeStatistics(int slot, const Statistics& statistics) = 0;

  // One pass over each range; pollSummaries() answers. False, and nothing is done, while the answer before is
  // still on its way.
  virtual bool takeSummaries(const std::vector<ValueRange>& ranges, const std::vector<UnitRange>& units) = 0;
  virtual std::optional<Summaries> pollSummaries() = 0;
};

}  // namespace cajal
