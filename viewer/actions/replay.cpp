#include "viewer/actions/replay.h"

#include <glm/glm.hpp>

#include "viewer/shell/pilot.h"

namespace cajal {
std::vector<TimedAction> forReplay(std::vector<TimedAction> log, std::optional<std::uint64_t> cutOffAt) {
  const bool endsByQuit = !log.empty() && log.back().action.name == "quit";
  std::optional<TimedAction> end;
  if (endsByQuit) end = log.back();
  if (!endsByQuit && cutOffAt) end = {{*cutOffAt, {}}, {"quit", {}}};
  std::erase_if(log, [](const TimedAction& timed) {
    return timed.action.name != kReset && findVerb(timed.action.name);
  });
  if (end) log.push_back(*end);
  return log;
}

std::optional<CameraPath> pathFrom(const std::vector<TimedAction>& log, float fieldOfView) {
  std::vector<CameraKey> keys;
  for (const TimedAction& timed : log) {
    if (timed.action.name == kReset) keys.clear();  // steps begin anew: what was before is another film
    if (timed.action.name != "camera" || !timed.at.step) continue;
    const Camera camera = cameraFromText(std::get<std::string>(timed.action.value), fieldOfView);
    const CameraKey key{static_cast<double>(*timed.at.step), camera.position,
                        camera.position + 10.0f * camera.forward(), fieldOfView};
    // Of the places at one step, where nothing was trained, the last.
    if (!keys.empty() && key.time <= keys.back().time) keys.pop_back();
    keys.push_back(key);
  }
  if (keys.empty()) return std::nullopt;
  return CameraPath(std::move(keys), CameraPath::Clock::steps);
}

}  // namespace cajal
