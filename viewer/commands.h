#pragma once
// What the user may ask for in a frame. Panels and keys fill it in, the loop carries it out.

#include <optional>
#include <vector>

#include "compute/training/command.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

struct UserRequests {
  std::vector<Command> training;  // logged with their step
  std::optional<bool> run;        // play or pause
  bool stepOnce = false;
  std::optional<ViewSettings> view;
  std::optional<double> framesWanted;  // a second
  std::optional<std::uint64_t> stepsPerFrame;
  bool toggleRecording = false;
  bool takeScreenshot = false;
  bool frameNetwork = false;  // the camera sees all of it
  bool toggleOrbit = false;
  bool togglePanels = false;
  bool toggleFullScreen = false;
  bool quit = false;
};

}  // namespace cajal
