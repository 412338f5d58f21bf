#include "engine/camera/flight.h"

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

constexpr float kRadiansPerPixel = 0.0032f;
constexpr float kUnitsPerPixel = 0.06f;  // of panning, at 30 units a second
constexpr float kSpeedPerNotch = 1.2f;
constexpr float kFastFactor = 4.0f;
constexpr float kResponse = 9.0f;  // 1/s: how fast the velocity follows the thrust
constexpr float kGlide = 7.0f;     // 1/s
constexpr float kAtRest = 1e-3f;   // world units a second

// So near that nobody sees the rest of the way: a tenth of a pixel or so.
bool hasArrived(const Camera& camera, const Camera& goal) {
  return glm::distance(camera.position, goal.position) < 0.01f &&
         glm::distance(camera.forward(), goal.forward()) < 2e-4f &&
         std::abs(camera.fieldOfView - goal.fieldOfView) < 2e-4f;
}

}  // namespace

void Flight::place(const Camera& camera) {
  m_camera = camera;
  m_velocity = glm::vec3(0.0f);
  m_isGliding = false;
}

void Flight::glideTo(const Camera& camera) {
  m_glideGoal = camera;
  m_isGliding = true;
  m_velocity = glm::vec3(0.0f);
}

bool Flight::isBoundFor(const Camera& camera) const {
  return hasArrived(m_isGliding ? m_glideGoal : m_camera, camera);
}

void Flight::setMode(FlightMode mode, glm::vec3 pivot) {
  m_mode = mode;
  m_pivot = pivot;
  m_velocity = glm::vec3(0.0f);
  if (mode == FlightMode::orbit) glideTo(lookAt(m_camera.position, pivot, m_camera.fieldOfView));
}

bool Flight::update(const FlightControls& controls, double secondsSinceLast) {
  const Camera before = m_camera;
  const auto seconds = static_cast<float>(std::clamp(secondsSinceLast, 0.0, 0.25));
  const bool isSteered = controls.thrust != glm::vec3(0.0f) || controls.look != glm::vec2(0.0f) ||
                         controls.pan != glm::vec2(0.0f) ||
                         (m_mode == FlightMode::orbit && controls.wheel != 0.0f);
  if (isSteered) m_isGliding = false;
  if (m_isGliding) {
    m_camera = mix(m_camera, m_glideGoal, 1.0f - std::exp(-kGlide * seconds));
    if (hasArrived(m_camera, m_glideGoal)) place(m_glideGoal);
  } else if (m_mode == FlightMode::fly) {
    fly(controls, seconds);
  } else {
    orbit(controls, seconds);
  }
  return m_camera != before;
}

void Flight::fly(const FlightControls& controls, float seconds) {
  m_speed = std::clamp(m_speed * std::pow(kSpeedPerNotch, controls.wheel), 0.5f, 2000.0f);
  m_camera.yaw -= controls.look.x * kRadiansPerPixel;
  m_camera.pitch = std::clamp(m_camera.pitch - controls.look.y * kRadiansPerPixel, -kMostPitch, kMostPitch);

  // The velocity follows the wanted one exponentially; its integral over the frame is exact, so that the path
  // does not depend on how time is cut into frames.
  const glm::vec3 wanted = controls.thrust * m_speed * (controls.fast ? kFastFactor : 1.0f);
  const float left = std::exp(-kResponse * seconds);
  const glm::vec3 moved = wanted * seconds + (m_velocity - wanted) * ((1.0f - left) / kResponse);
  m_velocity = wanted + (m_velocity - wanted) * left;
  if (glm::length(m_velocity) < kAtRest) m_velocity = glm::vec3(0.0f);

  const float unitsPerPixel = kUnitsPerPixel * m_speed / 30.0f;
  m_camera.position += m_camera.right() * (moved.x - controls.pan.x * unitsPerPixel) +
                       m_camera.up() * (moved.y + controls.pan.y * unitsPerPixel) +
                       m_camera.forward() * moved.z;
}

void Flight::orbit(const FlightControls& controls, float seconds) {
  float distance = glm::distance(m_camera.position, m_pivot);
  distance *= std::pow(kSpeedPerNotch, -controls.wheel) * std::exp(-controls.thrust.z * 1.2f * seconds);
  distance = std::clamp(distance, 1.0f, 10'000.0f);
  const float scale = distance * 0.0011f;  // world units a pixel, about
  m_pivot += m_camera.right() * (-controls.pan.x * scale) + m_camera.up() * (controls.pan.y * scale);
  m_camera.yaw -= controls.look.x * kRadiansPerPixel - controls.thrust.x * 1.2f * seconds;
  m_camera.pitch -= controls.look.y * kRadiansPerPixel + controls.thrust.y * 1.2f * seconds;
  m_camera.pitch = std::clamp(m_camera.pitch, -kMostPitch, kMostPitch);
  m_camera.position = m_pivot - m_camera.forward() * distance;
}

}  // namespace cajal
