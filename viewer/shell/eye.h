#pragma once
// The eye: the camera, whoever moves it: the user, a path, or a glide to where all is seen. Render thread
// only.

#include <optional>

#include "engine/camera/camera_path.h"
#include "engine/camera/flight.h"
#include "viewer/actions/action_log.h"

namespace cajal {

class Eye {
 public:
  const Camera& camera() const { return m_flight.camera(); }

  // --- where everything is seen ---
  void place(const Camera& framing) { m_flight.place(m_framing = framing); }
  void glideTo(const Camera& camera) { m_flight.glideTo(camera); }
  void frame(const Camera& framing) { m_flight.glideTo(m_framing = framing); }
  // What is seen has another extent: the eye goes along if it saw everything.
  void follow(const Camera& framing);
  const Camera& framing() const { return m_framing; }  // the last one

  // --- who steers ---
  // From now on, and nobody else.
  void follow(CameraPath path) { m_path = std::move(path); }
  bool isOnPath() const { return m_path.has_value(); }
  void steer(const FlightControls& controls, double seconds);
  void toggleOrbit(const glm::vec3& pivot);

  // --- a frame ---
  // Along the path, where there is one. `runTime`: seconds of the run's clock.
  void update(std::uint64_t step, double runTime);
  // What stands before it has moved, which is the same to the light.
  void stir() { m_hasMoved = true; }
  bool takeMoved() { return std::exchange(m_hasMoved, false); }
  // The place that a log needs, if there is one: of an eye that is steered by hand.
  std::optional<Camera> placeToLog(double runTime);

 private:
  Flight m_flight{Camera{}};
  Camera m_framing;
  std::optional<CameraPath> m_path;
  CameraLog m_log;
  bool m_hasMoved = true;
};

}  // namespace cajal
