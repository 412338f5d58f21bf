#pragma once
// A flight that was planned: key frames in time, and the smooth way between them.
//
// As a file, JSON:
//   {"keys": [{"seconds": 0, "position": [x, y, z], "target": [x, y, z], "field_of_view": 40}, …]}
// Instead of "seconds" a key may say "step". Positions in world units, the field of view in degrees.

#include <filesystem>
#include <string_view>
#include <vector>

#include "engine/camera/camera.h"

namespace cajal {

struct CameraKey {
  double time = 0;  // seconds or steps, as the path says
  glm::vec3 position{0.0f};
  glm::vec3 target{0.0f};
  float fieldOfView = 0.7f;  // radians
};

class CameraPath {
 public:
  enum class Clock { seconds, steps };

  // Keys in order of time, at least one. Throws Error(badInput) where they are not.
  CameraPath(std::vector<CameraKey> keys, Clock clock, bool isClosed = false);

  Clock clock() const { return m_clock; }
  double duration() const { return m_keys.back().time - m_keys.front().time; }
  // Catmull-Rom through the keys; held before the first and after the last, or round and round where it is
  // closed.
  Camera at(double time) const;

 private:
  std::vector<CameraKey> m_keys;
  Clock m_clock;
  bool m_isClosed;
};

// Throws Error(badInput) naming `origin` (the file) and what is wrong with it.
CameraPath parseCameraPath(std::string_view json, std::string_view origin);
CameraPath readCameraPath(const std::filesystem::path& path);

}  // namespace cajal
