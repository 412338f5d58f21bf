#include "viewer/scene/labels.h"

namespace cajal {

std::string layerTitle(const ViewerState& state, std::size_t layer) {
  return layer < state.fixed.layerNames.size() ? state.fixed.layerNames[layer] : "";
}

std::string withThousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

}  // namespace cajal
