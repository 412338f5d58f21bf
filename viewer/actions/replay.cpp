#include "viewer/actions/replay.h"

#include <algorithm>
#include <glm/glm.hpp>

#include "viewer/pilot.h"

namespace cajal {
namespace {

constexpr std::string_view kOfTheViewer[] = {"play",   "pause",      "step",   "panels", "fullscreen",
                                             "record", "screenshot", "camera", "frame",  "orbit"};

bool isOfTheViewer(const TimedAction& timed) {
  return std::find(std::begin(kOfTheViewer), std::end(kOfTheViewer), timed.action.name) !=
         std::end(kOfTheViewer);
}

}  // namespace

std::vector<TimedAction> forReplay(std::vector<TimedAction> log) {
  std::erase_if(log, isOfTheViewer);
  const auto isQuit = [](const TimedAction& timed) { return timed.action.name == "quit"; };
  // A run that was taken up again has ended before, too.
  const bool endsByQuit = !log.empty() && isQuit(log.back());
  const TimedAction end = endsByQuit ? log.back() : TimedAction{};
  std::erase_if(log, isQuit);
  if (!endsByQuit) return log;
  log.push_back(end);
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
