#include "viewer/bridge/make_bridge.h"

#include "viewer/bridge/mapped_slots.h"
#include "viewer/stage.h"
#include "viewer/training_setup.h"

namespace cajal {

std::unique_ptr<Bridge> makeBridge(Stage& stage, const TrainingSetup& setup, const Options& options) {
  return std::make_unique<MappedSlots>(stage.device(), stage.frames().done(), setup.makeTrainer(options, {}));
}

}  // namespace cajal
