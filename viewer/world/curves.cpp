#include "viewer/world/curves.h"

#include <cmath>

namespace cajal {
namespace {

// The mean of `value` and of `count` values whose mean is `mean`.
double withOneMore(double mean, std::size_t count, double value) {
  if (!std::isfinite(value)) return mean;
  if (!std::isfinite(mean)) return value;
  return mean + (value - mean) / static_cast<double>(count + 1);
}

Metrics withOneMore(const Metrics& mean, std::size_t count, const Metrics& point, std::uint64_t step) {
  return {step, withOneMore(mean.trainLoss, count, point.trainLoss),
          withOneMore(mean.trainAccuracy, count, point.trainAccuracy),
          withOneMore(mean.testLoss, count, point.testLoss),
          withOneMore(mean.testAccuracy, count, point.testAccuracy)};
}

}  // namespace

void Curves::add(const Metrics& point) {
  if (!m_points.empty() && point.step <= m_points.back().step) clear();
  if (!m_points.empty()) groupNewest();
  m_points.push_back(point);
}

// The point that was the newest so far joins the group before it, or begins a new one.
void Curves::groupNewest() {
  if (m_inGroup > 0) {
    const Metrics newest = m_points.back();
    m_points.pop_back();
    const std::uint64_t middle = m_groupBegin + (newest.step - m_groupBegin) / 2;
    m_points.back() = withOneMore(m_points.back(), m_inGroup, newest, middle);
  } else {
    m_groupBegin = m_points.back().step;
  }
  if (++m_inGroup < m_perGroup) return;
  m_inGroup = 0;
  if (m_points.size() == kMostPoints - 2)
    halveResolution();  // room for a group that is not full, and the newest
}

void Curves::halveResolution() {
  for (std::size_t i = 0; i < m_points.size() / 2; ++i) {
    const Metrics &first = m_points[2 * i], &second = m_points[2 * i + 1];
    m_points[i] = withOneMore(first, 1, second, first.step + (second.step - first.step) / 2);
  }
  m_points.resize(m_points.size() / 2);
  m_perGroup *= 2;
}

}  // namespace cajal
