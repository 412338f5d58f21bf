#pragma once
// The moments of a run's log. A training command is known with its exact step, which may lie ahead of the
// state that the user saw when he changed the view: the log stands in one order of steps all the same, so
// that it can be read as a script.

#include <cstdint>

#include "engine/camera/camera.h"
#include "viewer/actions/action.h"

namespace cajal {

class ActionLog {
 public:
  // Of a run that begins behind so many steps and resets.
  ActionLog(std::uint64_t steps, std::uint64_t resets) : m_step(steps), m_resets(resets) {}

  // A command, at the very step at which it was applied. Commands come in the order in which they were
  // applied.
  TimedAction applied(const LoggedCommand& command);
  // What was done to the view while a state was shown, `seconds` after the run began: at the state's step, or
  // at that of the last command where it was applied later.
  TimedAction done(const Action& action, std::uint64_t shownStep, std::uint64_t shownResets, double seconds);

 private:
  std::uint64_t m_step, m_resets;  // of the last line
};

// Which places of the camera a log needs, so that a replay makes a smooth path of them: a few a second while
// it moves, and where it begins to, or the path would leave that place as soon as it had come there.
class CameraLog {
 public:
  // Once a frame, `seconds` after the run began: the place to be logged, if there is one.
  std::optional<Camera> note(const Camera& camera, double seconds);

 private:
  Camera m_last;         // that was logged
  double m_time = -1;    // when
  bool m_rests = false;  // it has been seen there again since
};

}  // namespace cajal
