#pragma once
// The tables of what a user can choose besides the training's own settings (compute/training/
// training_settings.h): the picture, and its pace.

#include "compute/core/setting.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

// How often a picture is made, and how much training lies between two of them.
struct Pace {
  double framesPerSecond = 0;       // 0: 30 on software devices, 60 on others
  std::uint64_t stepsPerFrame = 0;  // 0: training runs as fast as it can
  bool operator==(const Pace&) const = default;
};

const SettingTable<ViewSettings>& viewSettings();
const SettingTable<Pace>& paceSettings();

// Throws Error(usage) where the network has no such layer or neuron: what no row can know.
void requireDrawable(const ViewSettings& settings, const NetworkFacts& network);

}  // namespace cajal
