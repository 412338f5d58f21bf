// Ring: the layers stand round a circle like the leaves of an open book, the input in front at the left, the
// outputs in front at the right. Between the two there is a gap, through which the eye looks in.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kApart = 27.0f;        // along the circle
constexpr float kGap = 60.0f;          // along the circle, from the outputs to the input
constexpr float kLeastInside = 17.0f;  // world units from the axis to the widest layer
constexpr float kTurned = 0.12f;       // radians, clockwise: so that the input hides nothing
constexpr float kNearlyClosed = 2.3f;  // radians from the back: from here on the outputs face the gap
constexpr float kFewRound = 3.6f;      // radians that few layers are spread over
constexpr float kMostBetween = 1.5f;   // radians from one to the next

}  // namespace

void arrangeInRing(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kApart);
  float widest = 0;
  for (const LayerLayout& layer : layout.layers) widest = std::max(widest, layer.width());
  const float round = (along.back() + kGap) / (2 * std::numbers::pi_v<float>);
  const float radius = std::max(round, 0.5f * widest + kLeastInside);
  const float few = std::min(kFewRound, kMostBetween * static_cast<float>(layout.layers.size() - 1));
  const float all = std::max(few, along.back() / radius);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    // From the middle of the back, clockwise.
    const float angle = all * (along[l] / along.back() - 0.5f) + (all > kFewRound ? 0.0f : kTurned);
    const float sine = std::sin(angle), cosine = std::cos(angle);
    layout.layers[l].center = {radius * sine, 0.0f, -radius * cosine};
    standUpright(layout.layers[l], {cosine, 0.0f, sine});
  }
  layout.seenFrom = {-0.10f, 0.55f, 0.83f};
  // Into the gap, where the outputs look into it, else outwards.
  if (0.5f * all > kNearlyClosed) layout.barsAlong = layout.layers.back().normal;
}

}  // namespace cajal
