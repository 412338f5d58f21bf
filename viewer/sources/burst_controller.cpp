#include "viewer/sources/burst_controller.h"

#include <algorithm>

namespace cajal {
namespace {

constexpr double kBurstSeconds = 1.5e-3;
// One burst may still run when the next frame is submitted, so that the GPU never idles until then.
constexpr double kLeftOverSeconds = kBurstSeconds;
// Where drawing alone takes longer than a frame may, training still gets this share of it.
constexpr double kLeastShare = 0.25;
constexpr std::uint64_t kFirstSteps = 4;       // while the cost of a step is not known
constexpr std::uint64_t kMostSteps = 1 << 14;  // at a time
constexpr double kWeightOfNewest = 0.3;

}  // namespace

void BurstController::note(double steps, double seconds) {
  if (steps <= 0 || seconds <= 0) return;
  const double newest = seconds / steps;
  // A step is slow for many reasons (the first one loads its kernels), but never by chance fast.
  const bool startsAnew = m_secondsPerStep == 0 || newest < m_secondsPerStep / 2;
  m_secondsPerStep = startsAnew ? newest : m_secondsPerStep + kWeightOfNewest * (newest - m_secondsPerStep);
}

std::uint64_t BurstController::stepsIn(double seconds) const {
  return static_cast<std::uint64_t>(std::min(seconds / m_secondsPerStep, static_cast<double>(kMostSteps)));
}

std::uint64_t BurstController::stepsPerBurst() const {
  if (m_secondsPerStep == 0) return kFirstSteps;
  return std::max<std::uint64_t>(stepsIn(kBurstSeconds), 1);
}

std::uint64_t BurstController::stepsForFrame(double frameSeconds, std::uint64_t stepsAhead) const {
  if (m_secondsPerStep == 0) return stepsAhead == 0 ? kFirstSteps : 0;
  const double ahead = static_cast<double>(stepsAhead) * m_secondsPerStep;
  const double left = std::max(frameSeconds + kLeftOverSeconds - ahead, kLeastShare * frameSeconds);
  return std::max<std::uint64_t>(stepsIn(left), 1);
}

std::uint64_t BurstController::stepsForSeconds(double seconds, std::uint64_t stepsAhead) const {
  if (m_secondsPerStep == 0) return stepsAhead == 0 ? kFirstSteps : 0;
  const double left = seconds - static_cast<double>(stepsAhead) * m_secondsPerStep;
  return left > 0 ? std::max<std::uint64_t>(stepsIn(left), 1) : 0;
}

}  // namespace cajal
