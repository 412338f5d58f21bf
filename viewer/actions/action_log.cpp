#include "viewer/actions/action_log.h"

#include <algorithm>

namespace cajal {

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

}  // namespace cajal
