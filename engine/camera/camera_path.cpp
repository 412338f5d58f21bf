#include "engine/camera/camera_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/base/error.h"
#include "engine/base/file.h"

namespace cajal {
namespace {

constexpr std::size_t kMostBytes = 16 << 20;
constexpr float kRadiansPerDegree = 0.01745329252f;

// Catmull-Rom with times that need not be even: Hermite, with the slopes of the neighbours' chords.
glm::vec3 between(const glm::vec3& before, const glm::vec3& from, const glm::vec3& to, const glm::vec3& after,
                  const double times[4], double time) {
  const double span = times[2] - times[1];
  const auto u = static_cast<float>((time - times[1]) / span);
  const glm::vec3 slopeFrom = (to - before) * static_cast<float>(span / (times[2] - times[0]));
  const glm::vec3 slopeTo = (after - from) * static_cast<float>(span / (times[3] - times[1]));
  const float u2 = u * u, u3 = u2 * u;
  return from * (2 * u3 - 3 * u2 + 1) + slopeFrom * (u3 - 2 * u2 + u) + to * (3 * u2 - 2 * u3) +
         slopeTo * (u3 - u2);
}

glm::vec3 parseVector(const nlohmann::json& key, const char* name) {
  const nlohmann::json& array = key.at(name);
  if (!array.is_array() || array.size() != 3)
    throw std::runtime_error(fmt::format("\"{}\" must be [x, y, z]", name));
  const glm::vec3 vector{array[0].get<float>(), array[1].get<float>(), array[2].get<float>()};
  if (!(glm::length(vector) < kFarPlane)) {
    throw std::runtime_error(
        fmt::format("\"{}\" must be less than {} world units from the origin", name, kFarPlane));
  }
  return vector;
}

CameraKey parseKey(const nlohmann::json& json, bool bySteps) {
  CameraKey key;
  key.time = json.at(bySteps ? "step" : "seconds").get<double>();
  key.position = parseVector(json, "position");
  key.target = parseVector(json, "target");
  key.fieldOfView = json.value("field_of_view", 40.0f) * kRadiansPerDegree;
  const float degrees = key.fieldOfView / kRadiansPerDegree;
  if (!(degrees >= 1.0f && degrees <= 150.0f))
    throw std::runtime_error("\"field_of_view\" must be 1 to 150 degrees");
  if (glm::distance(key.position, key.target) < 1e-4f)
    throw std::runtime_error("position and target are the same point");
  return key;
}

}  // namespace

CameraPath::CameraPath(std::vector<CameraKey> keys, Clock clock, bool isClosed)
    : m_keys(std::move(keys)), m_clock(clock), m_isClosed(isClosed) {
  if (m_keys.empty()) throw Error(ExitCode::badInput, "a camera path needs at least one key");
  for (std::size_t i = 1; i < m_keys.size(); ++i) {
    if (!(m_keys[i].time > m_keys[i - 1].time)) {
      throw Error(ExitCode::badInput,
                  fmt::format("camera path: key {} is not later than the key before it", i + 1));
    }
  }
}

Camera CameraPath::at(double time) const {
  const std::size_t count = m_keys.size();
  const double start = m_keys.front().time, end = m_keys.back().time;
  if (count == 1) return lookAt(m_keys[0].position, m_keys[0].target, m_keys[0].fieldOfView);
  if (m_isClosed) {
    time = start + std::fmod(time - start, end - start);
    if (time < start) time += end - start;
  }
  time = std::clamp(time, start, end);

  std::size_t next = 1;
  while (next + 1 < count && m_keys[next].time < time) ++next;
  const CameraKey &from = m_keys[next - 1], &to = m_keys[next];
  // A closed path's last key stands where its first does, so its neighbours are found round the corner.
  const CameraKey before = next >= 2 ? m_keys[next - 2] : (m_isClosed ? m_keys[count - 2] : from);
  const CameraKey after = next + 1 < count ? m_keys[next + 1] : (m_isClosed ? m_keys[1] : to);
  const double span = to.time - from.time;
  const double spanBefore = next >= 2 ? from.time - before.time : (m_isClosed ? end - before.time : span);
  const double spanAfter = next + 1 < count ? after.time - to.time : (m_isClosed ? after.time - start : span);
  const double times[4] = {from.time - spanBefore, from.time, to.time, to.time + spanAfter};
  const glm::vec3 position =
      between(before.position, from.position, to.position, after.position, times, time);
  const glm::vec3 target = between(before.target, from.target, to.target, after.target, times, time);
  const auto u = static_cast<float>((time - from.time) / span);
  return lookAt(position, target, glm::mix(from.fieldOfView, to.fieldOfView, u * u * (3 - 2 * u)));
}

CameraPath parseCameraPath(std::string_view text, std::string_view origin) {
  const auto refuse = [&](std::string_view what) {
    return Error(ExitCode::badInput,
                 fmt::format("{}: {}; a camera path is JSON like {{\"keys\": [{{\"seconds\": 0, "
                             "\"position\": [x, y, z], \"target\": [x, y, z]}}]}}",
                             origin, what));
  };
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    const nlohmann::json& list = json.at("keys");
    if (!list.is_array() || list.empty())
      throw std::runtime_error("\"keys\" must be a list with at least one key");
    const bool bySteps = list[0].contains("step");
    std::vector<CameraKey> keys;
    for (const nlohmann::json& key : list) keys.push_back(parseKey(key, bySteps));
    return CameraPath(std::move(keys), bySteps ? CameraPath::Clock::steps : CameraPath::Clock::seconds);
  } catch (const Error& error) {
    throw refuse(error.what());
  } catch (const std::exception& error) {
    throw refuse(error.what());
  }
}

CameraPath readCameraPath(const std::filesystem::path& path) {
  return parseCameraPath(readWholeFile(path, kMostBytes), "--camera " + path.string());
}

}  // namespace cajal
