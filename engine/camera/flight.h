#pragma once
// Flying: keys and mouse into the motion of a camera. Frame-rate independent: two half frames move it as one
// whole.

#include "engine/camera/camera.h"

namespace cajal {

// What the pilot wants, each frame.
struct FlightControls {
  glm::vec3 thrust{0.0f};  // -1 … 1 along right, up, forward (D-A, E-Q, W-S)
  glm::vec2 look{0.0f};    // pixels the mouse was dragged: x right, y down
  glm::vec2 pan{0.0f};     // pixels, x right, y down: moves the eye sideways
  float wheel = 0;         // notches: in flight changes the speed, in orbit the distance
  bool fast = false;       // shift
};

enum class FlightMode { fly, orbit };

class Flight {
 public:
  explicit Flight(const Camera& start) : m_camera(start) {}

  const Camera& camera() const { return m_camera; }
  FlightMode mode() const { return m_mode; }
  float speed() const { return m_speed; }  // world units a second, at full thrust

  // Jumps there and stops.
  void place(const Camera& camera);
  // Glides there in about half a second; any control ends it.
  void glideTo(const Camera& camera);
  // It stands there, or is on its way.
  bool isBoundFor(const Camera& camera) const;
  // Orbit keeps looking at the pivot; flight looks where it is told.
  void setMode(FlightMode mode, glm::vec3 pivot);
  // True where the camera has moved.
  bool update(const FlightControls& controls, double seconds);

 private:
  void fly(const FlightControls& controls, float seconds);
  void orbit(const FlightControls& controls, float seconds);

  Camera m_camera;
  FlightMode m_mode = FlightMode::fly;
  glm::vec3 m_velocity{0.0f};  // world units a second, along right, up, forward
  glm::vec3 m_pivot{0.0f};
  float m_speed = 30;
  Camera m_glideGoal;
  bool m_isGliding = false;
};

}  // namespace cajal
