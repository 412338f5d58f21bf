#pragma once
// Where the camera stands when nobody steers it. Pure geometry.

#include <optional>
#include <span>
#include <vector>

#include "engine/camera/camera_path.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/looks_scene.h"

namespace cajal {

// What a camera must see of a network and of its decision map, where there is one.
std::vector<glm::vec3> pointsToFrame(const NetworkLayout& layout, const std::optional<MapPlace>& map);
// Sees all of them, from the direction of `seenFrom`. `aspect`: width over height of what panels leave free.
Camera framingOf(std::span<const glm::vec3> points, const glm::vec3& seenFrom, float aspect);

// A slow flight round the network, for films whose maker has no path: seconds, round and round.
CameraPath flightRound(const NetworkLayout& layout, const Camera& framing);
// The same round everything in a box.
CameraPath flightRound(const Box& box, const glm::vec3& seenFrom, const Camera& framing);

}  // namespace cajal
