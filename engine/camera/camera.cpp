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

Camera frameBox(const Box& box, glm::vec3 from, float aspect, float fieldOfView, float fill) {
  const glm::vec3 direction = glm::normalize(from);
  // Bisection on the distance: the largest at which the box's corners fill more than they should is too near.
  float tooNear = 0, farEnough = 100.0f * (glm::length(box.size()) + 1.0f);
  for (int step = 0; step < 48; ++step) {
    const float distance = 0.5f * (tooNear + farEnough);
    const Camera camera = lookAt(box.center() + distance * direction, box.center(), fieldOfView);
    const glm::mat4 viewProjection = camera.projection(aspect) * camera.view();
    bool fits = true;
    for (int corner = 0; corner < 8; ++corner) {
      const glm::vec3 point{corner & 1 ? box.high.x : box.low.x, corner & 2 ? box.high.y : box.low.y,
                            corner & 4 ? box.high.z : box.low.z};
      const glm::vec4 clip = viewProjection * glm::vec4(point, 1.0f);
      fits = fits && clip.w > kNearPlane && std::abs(clip.x) <= fill * clip.w &&
             std::abs(clip.y) <= fill * clip.w;
    }
    (fits ? farEnough : tooNear) = distance;
  }
  return lookAt(box.center() + farEnough * direction, box.center(), fieldOfView);
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
