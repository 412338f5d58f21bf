#include "compute/core/steps.h"

#include "engine/base/error.h"

namespace cajal {

void Steps::repeat(std::uint64_t, std::uint64_t times, const std::function<void()>& step) {
  for (std::uint64_t i = 0; i < times; ++i) step();
}

void Steps::update(StepState* state, const UpdateArenas& arenas, bool isMeasured) {
  require(state != nullptr, "update: no rules to follow");
  require(arenas.penalized <= arenas.count, "update: more parameters to decay than there are");
  doUpdate(state, arenas, isMeasured);
}

void Steps::moveAverage(const StepState* state, const float* parameters, float decay, float* average,
                        std::size_t count) {
  require(decay >= 0 && decay <= 1, "moveAverage: the decay must be from 0 to 1");
  doMoveAverage(state, parameters, decay, average, count);
}

}  // namespace cajal
