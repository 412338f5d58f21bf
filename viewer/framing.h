#pragma once
// Where the camera stands when nobody steers it. Pure geometry.

#include <optional>

#include "engine/camera/camera_path.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/looks_scene.h"

namespace cajal {

// Sees the whole network, and its decision map where there is one. `aspect`: width over height of what panels
// leave free.
Camera framingOf(const NetworkLayout& layout, const std::optional<MapPlace>& map, float aspect);

// A slow flight round the network, for films whose maker has no path: seconds, round and round.
CameraPath flightRound(const NetworkLayout& layout, const Camera& framing);

}  // namespace cajal
