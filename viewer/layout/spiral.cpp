// Spiral: for deep networks. The layers stand along a spiral (of Archimedes: each turn as far from the next)
// that begins outside with the input, and climbs inwards, so that no turn hides the ones behind it; the
// outputs stand on top in the middle.
#include <algorithm>
#include <numbers>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kApart = 24.0f;        // along the spiral
constexpr float kBetweenTurns = 7.0f;  // from the edge of a layer to that of its neighbour a turn further
constexpr float kClimb = 11.0f;        // world units up a turn
constexpr float kLeastInside = 9.0f;   // from the axis to the innermost layer
constexpr float kLastAngle = 1.7f;     // radians, clockwise from the back: in front at the right
constexpr float kTurn = 2 * std::numbers::pi_v<float>;

// From the axis to the axis of the next turn: the two widest may be neighbours.
float pitchOf(const NetworkLayout& layout) {
  float widest = 0, second = 0;
  for (const LayerLayout& layer : layout.layers) {
    second = std::max(second, std::min(widest, layer.width()));
    widest = std::max(widest, layer.width());
  }
  return 0.5f * (widest + second) + kBetweenTurns;
}

}  // namespace

void arrangeInSpiral(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kApart);
  const float pitch = pitchOf(layout);
  const float innermost = 0.5f * pitch + kLeastInside;
  float back = 0;  // radians from the outputs
  const std::vector<float> heights = heightsOf(layout);
  for (std::size_t rank = layout.ranks.size(); rank-- > 0;) {
    if (rank + 1 < layout.ranks.size()) {
      // Half a step further out the radius is the mean of both ends', and the step as long as it should be.
      const float step = along[rank + 1] - along[rank];
      const float here = innermost + pitch * back / kTurn;
      back += step / (here + 0.5f * pitch / kTurn * step / here);
    }
    for (const std::size_t l : layout.ranks[rank]) {
      standOnCircle(layout.layers[l], innermost + pitch * back / kTurn, kLastAngle - back);
      layout.layers[l].center.y = heights[l] - kClimb * back / kTurn;
    }
  }
  layout.seenFrom = {-0.10f, 0.72f, 0.69f};
  if (back > kTurn) layout.barsAlong = {-1.0f, 0.0f, 0.0f};  // into the middle: outside are other layers
}

}  // namespace cajal
