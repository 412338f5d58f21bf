#pragma once
// Where the eye is. Pure mathematics.
//
// World: right-handed, +Y up, lengths in world units. A camera at rest looks along -Z; yaw turns it to the
// left (counter-clockwise from above), pitch up. Clip space is Vulkan's: x right, y DOWN, depth 0 (near) … 1
// (far).

#include <array>
#include <glm/glm.hpp>
#include <span>

namespace cajal {

struct Camera {
  glm::vec3 position{0.0f, 0.0f, 0.0f};  // world units
  float yaw = 0;                         // radians
  float pitch = 0;                       // radians, -π/2 … π/2
  float fieldOfView = 0.7f;              // radians, from bottom to top of the picture

  glm::vec3 forward() const;
  glm::vec3 right() const;
  glm::vec3 up() const;
  // World → camera axes (x right, y up, looking along -z).
  glm::mat4 view() const;
  // Camera → clip; `aspect` is width over height.
  glm::mat4 projection(float aspect) const;

  bool operator==(const Camera&) const = default;
};

inline constexpr float kNearPlane = 0.05f;  // world units
inline constexpr float kFarPlane = 20'000.0f;
inline constexpr float kMostPitch = 1.55f;  // radians: never quite upright, where yaw loses its meaning

// A camera at `position` that looks at `target`.
Camera lookAt(glm::vec3 position, glm::vec3 target, float fieldOfView);

struct Box {
  glm::vec3 low{0.0f}, high{0.0f};  // world
  glm::vec3 center() const { return 0.5f * (low + high); }
  glm::vec3 size() const { return high - low; }
};

// The camera that sees all of the points from the direction `from` (towards the eye): as near as it can be
// with them inside the middle `fill` of the picture, and with as much room left as right and above as below.
// At least one point.
Camera framePoints(std::span<const glm::vec3> points, glm::vec3 from, float aspect, float fieldOfView,
                   float fill);
std::array<glm::vec3, 8> cornersOf(const Box& box);

// Pixel coordinates (x right, y down) and depth of a world point; false where it lies behind the eye.
bool projectToPixels(const glm::mat4& viewProjection, glm::vec2 viewport, glm::vec3 point, glm::vec2& pixel);

// Part of the way from one camera to another; angles take the short way. t 0 … 1.
Camera mix(const Camera& a, const Camera& b, float t);

}  // namespace cajal
