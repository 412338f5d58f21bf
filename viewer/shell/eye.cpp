#include "viewer/shell/eye.h"

namespace cajal {

void Eye::follow(const Camera& framing) {
  if (!m_path && m_flight.isBoundFor(m_framing)) frame(framing);
}

void Eye::steer(const FlightControls& controls, double seconds) {
  if (!m_path) m_hasMoved = m_flight.update(controls, seconds) || m_hasMoved;
}

void Eye::toggleOrbit(const glm::vec3& pivot) {
  m_flight.setMode(m_flight.mode() == FlightMode::fly ? FlightMode::orbit : FlightMode::fly, pivot);
}

void Eye::update(std::uint64_t step, double runTime) {
  if (!m_path) return;
  const Camera camera =
      m_path->at(m_path->clock() == CameraPath::Clock::steps ? static_cast<double>(step) : runTime);
  m_hasMoved = m_hasMoved || !(camera == m_flight.camera());
  m_flight.place(camera);
}

std::optional<Camera> Eye::placeToLog(double runTime) {
  return m_path ? std::nullopt : m_log.note(m_flight.camera(), runTime);
}

}  // namespace cajal
