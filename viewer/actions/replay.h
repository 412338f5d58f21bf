#pragma once
// A run's log as a script that makes the run again.

#include <optional>
#include <vector>

#include "engine/camera/camera_path.h"
#include "viewer/actions/script.h"

namespace cajal {

// What changes the training, the view and the camera, and the end. Left out: pauses and films of whoever
// watched, and every "quit" but the last.
std::vector<TimedAction> forReplay(std::vector<TimedAction> log);

// The way of the camera, by steps; nothing where it did not move.
std::optional<CameraPath> pathFrom(const std::vector<TimedAction>& log, float fieldOfView);

}  // namespace cajal
