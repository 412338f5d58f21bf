#include "engine/camera/camera.h"

#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>
#include <numbers>

namespace cajal {

glm::vec3 Camera::forward() const {
  return {-std::sin(yaw) * std::cos(pitch), std::sin(pitch), -std::cos(yaw) * std::cos(pitch)};
}

glm::vec3 Camera::right() const {
  return {std::cos(yaw), 0.0f, -std::sin(yaw)};
}

glm::vec3 Camera::up() const {
  return glm::cross(right(), forward());
}

glm::mat4 Camera::view() const {
  return glm::lookAt(position, position + forward(), glm::vec3(0, 1, 0));
}

glm::mat4 Camera::projection(float aspect) const {
  glm::mat4 matrix = glm::perspective(fieldOfView, aspect, kNearPlane, kFarPlane);
  matrix[1][1] = -matrix[1][1];  // Vulkan's y points down
  return matrix;
}

Camera lookAt(glm::vec3 position, glm::vec3 target, float fieldOfView) {
  const glm::vec3 direction = glm::normalize(target - position);
  Camera camera;
  camera.position = position;
  camera.yaw = std::atan2(-direction.x, -direction.z);
  camera.pitch = std::clamp(std::asin(std::clamp(direction.y, -1.0f, 1.0f)), -kMostPitch, kMostPitch);
  camera.fieldOfView = fieldOfView;
  return camera;
}

std::array<glm::vec3, 8> cornersOf(const Box& box) {
  std::array<glm::vec3, 8> corners;
  for (std::size_t corner = 0; corner < 8; ++corner) {
    corners[corner] = {corner & 1 ? box.high.x : box.low.x, corner & 2 ? box.high.y : box.low.y,
                       corner & 4 ? box.high.z : box.low.z};
  }
  return corners;
}

namespace {

// What the points cover of the picture, in clip coordinates (-1 … 1); false where one is behind the eye.
bool coveredArea(std::span<const glm::vec3> points, const Camera& camera, float aspect, glm::vec2& low,
                 glm::vec2& high) {
  const glm::mat4 viewProjection = camera.projection(aspect) * camera.view();
  low = glm::vec2(1e9f);
  high = glm::vec2(-1e9f);
  for (const glm::vec3& point : points) {
    const glm::vec4 clip = viewProjection * glm::vec4(point, 1.0f);
    if (clip.w <= kNearPlane) return false;
    low = glm::min(low, glm::vec2(clip) / clip.w);
    high = glm::max(high, glm::vec2(clip) / clip.w);
  }
  return true;
}

}  // namespace

Camera framePoints(std::span<const glm::vec3> points, glm::vec3 from, float aspect, float fieldOfView,
                   float fill) {
  Box box{points.front(), points.front()};
  for (const glm::vec3& point : points) {
    box.low = glm::min(box.low, point);
    box.high = glm::max(box.high, point);
  }
  const glm::vec3 direction = glm::normalize(from);
  const float halfHeight = std::tan(0.5f * fieldOfView);  // of the picture, at distance 1
  glm::vec3 target = box.center();
  Camera camera;
  // The distance by bisection, then the target moved to the middle of what is seen; both settle in a few
  // rounds.
  for (int round = 0; round < 6; ++round) {
    glm::vec2 low, high;
    float tooNear = 0, farEnough = 100.0f * (glm::length(box.size()) + 1.0f);
    for (int step = 0; step < 40; ++step) {
      const float distance = 0.5f * (tooNear + farEnough);
      camera = lookAt(target + distance * direction, target, fieldOfView);
      const bool fits = coveredArea(points, camera, aspect, low, high) && high.x - low.x <= 2 * fill &&
                        high.y - low.y <= 2 * fill;
      (fits ? farEnough : tooNear) = distance;
    }
    camera = lookAt(target + farEnough * direction, target, fieldOfView);
    coveredArea(points, camera, aspect, low, high);
    const glm::vec2 middle = 0.5f * (low + high);
    target += (middle.x * aspect * camera.right() - middle.y * camera.up()) * (halfHeight * farEnough);
  }
  return camera;
}

bool projectToPixels(const glm::mat4& viewProjection, glm::vec2 viewport, glm::vec3 point, glm::vec2& pixel) {
  const glm::vec4 clip = viewProjection * glm::vec4(point, 1.0f);
  if (clip.w < kNearPlane) return false;
  pixel = (glm::vec2(clip) / clip.w * 0.5f + 0.5f) * viewport;
  return true;
}

Camera mix(const Camera& a, const Camera& b, float t) {
  constexpr float pi = std::numbers::pi_v<float>;
  Camera camera;
  camera.position = glm::mix(a.position, b.position, t);
  camera.yaw = a.yaw + t * std::remainder(b.yaw - a.yaw, 2 * pi);
  camera.pitch = glm::mix(a.pitch, b.pitch, t);
  camera.fieldOfView = glm::mix(a.fieldOfView, b.fieldOfView, t);
  return camera;
}

}  // namespace cajal
