#include "viewer/world/framing.h"

#include <cmath>

#include "viewer/scene/appearance.h"

namespace cajal {
namespace {

constexpr float kSwingOfMany = 0.35f;  // several networks stand in a plane, and hide each other from aside
constexpr float kRoomAboveMap = 7.0f;  // world units

// The flight is made for layers one behind the other (NetworkLayout::seenFrom). Of another layout it sees
// each side as much from the side and from above as its own framing is turned.
glm::vec3 turned(const glm::vec3& direction, const glm::vec3& seenFrom) {
  const glm::vec3 usual = NetworkLayout{}.seenFrom;
  const float turn = std::atan2(seenFrom.x, seenFrom.z) - std::atan2(usual.x, usual.z);
  const float sine = std::sin(turn), cosine = std::cos(turn);
  return {cosine * direction.x + sine * direction.z, direction.y + seenFrom.y - usual.y,
          cosine * direction.z - sine * direction.x};
}

// What a flight looks at.
struct Targets {
  glm::vec3 center, inputSide, outputSide;
};

// `swing`: how far the path leaves the usual direction, as a share.
CameraPath pathRound(const Targets& targets, float distance, const glm::vec3& seenFrom, float swing) {
  const glm::vec3 usual = NetworkLayout{}.seenFrom, center = targets.center;
  const auto key = [&](double time, glm::vec3 direction, float share, glm::vec3 target) {
    if (swing < 1) direction = glm::mix(usual, direction, swing), share = 1;
    return CameraKey{time, target + glm::normalize(turned(direction, seenFrom)) * distance * share, target,
                     appearance::kFieldOfView};
  };
  std::vector<CameraKey> keys = {
      key(0, usual, 1.0f, center),
      key(4, {-0.80f, 0.22f, 0.58f}, 0.90f, targets.inputSide),
      key(8.5, {0.05f, 0.26f, 0.95f}, 0.92f, targets.outputSide),
      // Where the usual 3,000 steps end: all of it in view.
      key(12.5, {-0.60f, 0.32f, 0.73f}, 1.0f, center),
      key(18, {-0.25f, 0.45f, 0.85f}, 0.98f, center),
      key(24, usual, 1.0f, center),
  };
  return CameraPath(std::move(keys), CameraPath::Clock::seconds, true);
}

}  // namespace

std::vector<glm::vec3> pointsToFrame(const NetworkLayout& layout, const std::optional<MapPlace>& map) {
  std::vector<glm::vec3> points = framingPoints(layout);
  if (!map) return points;
  for (const glm::vec3& corner : {glm::vec3(0.0f), map->across, map->down, map->across + map->down})
    points.push_back(map->origin + corner);
  // Its name, and what is written over the picture.
  points.push_back(map->origin + glm::vec3(0.0f, kRoomAboveMap, 0.0f));
  return points;
}

Camera framingOf(std::span<const glm::vec3> points, const glm::vec3& seenFrom, float aspect) {
  return framePoints(points, seenFrom, aspect, appearance::kFieldOfView, 0.93f);
}

CameraPath flightRound(const NetworkLayout& layout, const Camera& framing) {
  const Box& box = layout.box;
  const float distance = glm::distance(framing.position, box.center());
  // What the framing looks at; of layers one behind the other their middle, as the keys were made for it.
  const bool isInLine = layout.kind == LayoutKind::layered;
  const glm::vec3 center = isInLine ? box.center() : framing.position + distance * framing.forward();
  const auto towards = [&](const LayerLayout& layer, float x) {
    return isInLine ? glm::mix(center, glm::vec3(x, 0, 0), 0.45f) : glm::mix(center, layer.center, 0.3f);
  };
  return pathRound(
      {center, towards(layout.layers.front(), box.low.x), towards(layout.layers.back(), box.high.x)},
      distance, layout.seenFrom, 1);
}

CameraPath flightRound(const Box& box, const glm::vec3& seenFrom, const Camera& framing) {
  const float distance = glm::distance(framing.position, box.center());
  const glm::vec3 center = framing.position + distance * framing.forward();
  return pathRound({center, center, center}, distance, seenFrom, kSwingOfMany);
}

}  // namespace cajal
