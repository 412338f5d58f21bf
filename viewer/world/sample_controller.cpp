#include "viewer/world/sample_controller.h"

#include <algorithm>

namespace cajal {

float SampleController::next(double drawSeconds, double budgetSeconds) {
  if (!(drawSeconds > 0) || !(budgetSeconds > 0)) return m_share;
  m_seconds = m_seconds > 0 ? m_seconds + kSmoothing * (drawSeconds - m_seconds) : drawSeconds;
  if (--m_waits > 0) return m_share;
  const float before = m_share;
  if (m_seconds > kTooLong * budgetSeconds) m_share = std::max(kFloor, m_share * kLess);
  if (m_seconds < kPlenty * budgetSeconds) m_share = std::min(1.0f, m_share * kMore);
  if (m_share != before) m_waits = kPatience;
  return m_share;
}

}  // namespace cajal
