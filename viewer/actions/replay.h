#pragma once
// A run's log as a script that makes the run again.

#include <optional>
#include <vector>

#include "engine/camera/camera_path.h"
#include "viewer/actions/script.h"

namespace cajal {

// What changes the training and the view, and the end. All other verbs served who watched. A run that was
// taken up again has ended before, too: its last "quit" counts. `cutOffAt`: the last step that is known of a
// run whose log has no end, behind its last reset.
std::vector<TimedAction> forReplay(std::vector<TimedAction> log, std::optional<std::uint64_t> cutOffAt);

// The way of the camera, by steps; nothing where it did not move.
std::optional<CameraPath> pathFrom(const std::vector<TimedAction>& log, float fieldOfView);

}  // namespace cajal
