#pragma once
// The curves of a run in bounded memory: the whole run, at a resolution that falls as the run grows. To walk
// the curves costs at most kMostPoints.

#include <cstddef>
#include <vector>

#include "compute/training/curve_meter.h"

namespace cajal {

class Curves {
 public:
  static constexpr std::size_t kMostPoints = 2048;  // more than a curve on the screen has pixels

  // In the order of the steps. A step that is not behind the newest point's begins the curves anew: the
  // training was reset.
  void add(const Metrics& point);
  void clear() { *this = {}; }

  // In order of their steps. The last one is the newest point as it was added. The others are means of groups
  // of neighbouring points, each of one point while there are few, in the middle of their steps. A
  // value that is not finite does not change the mean of its group.
  const std::vector<Metrics>& points() const { return m_points; }

 private:
  void groupNewest();
  void halveResolution();

  std::vector<Metrics> m_points;
  std::size_t m_perGroup = 1;      // points
  std::size_t m_inGroup = 0;       // of the group before the newest point, if that is not full; else 0
  std::uint64_t m_groupBegin = 0;  // step of its first point
};

}  // namespace cajal
