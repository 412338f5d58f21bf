#include "viewer/scene/labels.h"

#include <fmt/format.h>

namespace cajal {

std::string layerTitle(const ViewerState& state, std::size_t layer) {
  return layer < state.fixed.layerNames.size() ? state.fixed.layerNames[layer] : "";
}

std::size_t classLayer(const NetworkLayout& layout) {
  std::size_t layer = layout.layers.size() - 1;
  while (layer > 0 && !layout.layers[layer].isOutput) --layer;
  return layer;
}

std::string weightName(const NetworkLayout& layout, const MatrixLayout& matrix) {
  const auto leadThere =
      std::count_if(layout.matrices.begin(), layout.matrices.end(),
                    [&](const MatrixLayout& other) { return !other.isIdentity() && other.to == matrix.to; });
  return leadThere > 1 ? fmt::format("W{} from {}", matrix.to, matrix.from) : fmt::format("W{}", matrix.to);
}

std::string notFiniteText(float share) {
  if (!(share > 0)) return "";
  if (share >= 1) return "all not finite";
  // Not all of a large matrix is looked at: no more digits than are known.
  if (share < 0.01f) return "under 1 % not finite";
  return share > 0.99f ? "over 99 % not finite" : fmt::format("{:.0f} % not finite", 100 * share);
}

std::string withThousands(std::uint64_t number) {
  return fmt::format("{}", fmt::group_digits(number));
}

}  // namespace cajal
