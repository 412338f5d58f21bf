#pragma once
// Keys and mouse into a flight and into actions.

#include "engine/camera/flight.h"
#include "engine/window/input.h"
#include "viewer/world/state.h"

namespace cajal {

// What the keys of the keyboard ask for: verbs (verbs()), and changes of the view. Not while something is
// being typed.
ActionList actionsFromKeys(const WindowInput& input, const ViewerState& state, const ViewSettings& settings);

// A camera as actions name it: "X,Y,Z,YAW,PITCH", in world units and radians. Throws Error(usage).
Camera cameraFromText(const std::string& text, float fieldOfView);
std::string cameraToText(const Camera& camera);

// `mouseIsFree`: it is not over a panel. `keysAreFree`: nothing is being typed.
FlightControls controlsFrom(const WindowInput& input, bool mouseIsFree, bool keysAreFree, double seconds);

}  // namespace cajal
