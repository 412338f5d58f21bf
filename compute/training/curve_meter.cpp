#include "compute/training/curve_meter.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace cajal {

bool isCurvePoint(std::uint64_t step, std::uint64_t every) {
  return step % every == 0 || (step < every && std::has_single_bit(step));
}

std::uint64_t stepsUntilCurvePoint(std::uint64_t step, std::uint64_t every) {
  const std::uint64_t toMultiple = every - step % every;
  return step < every ? std::min(toMultiple, std::bit_ceil(step + 1) - step) : toMultiple;
}

void CurveMeter::take(Telemetry& telemetry, std::uint64_t step) {
  telemetry.takeStatistics(Telemetry::kTrainingSlot);
  telemetry.takeStatistics(Telemetry::kTestSlot);
  m_expected.push_back(step);
}

void CurveMeter::cancelAfter(std::uint64_t step) {
  for (std::uint64_t& expected : m_expected)
    if (expected > step) expected = kCancelled;
}

void CurveMeter::collect(Telemetry& telemetry, const std::function<void(const Metrics&)>& note) {
  while (const std::optional<Statistics> statistics = telemetry.pollStatistics())
    m_arrived.push_back(*statistics);
  for (; m_arrived.size() >= 2; m_arrived.erase(m_arrived.begin(), m_arrived.begin() + 2)) {
    const std::uint64_t step = m_expected.front();
    m_expected.pop_front();
    if (step == kCancelled) continue;
    m_points.push_back({step, m_arrived[0].meanLoss(), m_arrived[0].accuracy(), m_arrived[1].meanLoss(),
                        m_arrived[1].accuracy()});
    note(m_points.back());
  }
}

}  // namespace cajal
