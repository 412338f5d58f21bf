#pragma once
// Keys and mouse into a flight and into requests.

#include "engine/camera/flight.h"
#include "engine/window/input.h"
#include "viewer/commands.h"
#include "viewer/state.h"

namespace cajal {

// What the keys of the keyboard ask for, in the order README lists them. Not while something is being typed.
void requestsFromKeys(const WindowInput& input, const ViewerState& state, const ViewSettings& settings,
                      UserRequests& requests);

// `mouseIsFree`: it is not over a panel. `keysAreFree`: nothing is being typed.
FlightControls controlsFrom(const WindowInput& input, bool mouseIsFree, bool keysAreFree, double seconds);

}  // namespace cajal
