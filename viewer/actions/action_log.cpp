#include "viewer/actions/action_log.h"

#include <algorithm>

namespace cajal {
namespace {

constexpr double kCameraPeriod = 0.25;  // seconds between two places of a camera that moves

}  // namespace

TimedAction ActionLog::applied(const LoggedCommand& command) {
  const bool isReset = command.command.name == kReset;
  m_step = isReset ? 0 : command.step;
  m_resets += isReset;
  return {{command.step, {}}, {command.command.name, command.command.value}};
}

TimedAction ActionLog::done(const Action& action, std::uint64_t shownStep, std::uint64_t shownResets,
                            double seconds) {
  if (shownResets == m_resets) m_step = std::max(m_step, shownStep);
  return {{m_step, seconds}, action};
}

std::optional<Camera> CameraLog::note(const Camera& camera, double seconds) {
  if (camera == m_last) {
    m_rests = true;
    return std::nullopt;
  }
  if (!m_rests && seconds < m_time + kCameraPeriod) return std::nullopt;
  if (!m_rests) m_last = camera;
  m_rests = false;
  m_time = seconds;
  return m_last;
}

}  // namespace cajal
