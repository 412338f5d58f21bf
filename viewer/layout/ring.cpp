// Ring: the layers stand round a circle like the leaves of an open book, the input in front at the left, the
// outputs in front at the right. Between the two there is a gap, through which the eye looks in.
#include <algorithm>
#include <numbers>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kTurn = 2 * std::numbers::pi_v<float>;
constexpr float kApart = 27.0f;        // along the circle
constexpr float kGap = 60.0f;          // along the circle, from the outputs to the input, at least
constexpr float kGapOfFew = 2.5f;      // radians: likewise, so that the nearest do not hide the others
constexpr float kFew = 8;              // ranks; of more the gap gets narrower
constexpr float kLeastInside = 17.0f;  // world units from the axis to the widest layer
constexpr float kFewRound = 3.6f;      // radians that the fewest are spread over
constexpr float kMostBetween = 1.5f;   // radians from one to the next
constexpr float kTurned = 0.12f;       // radians, clockwise: so that the input hides nothing
constexpr float kNearlyClosed = 2.3f;  // radians from the back: from here on the outputs face the gap

// World units, for a path of this length.
float radiusOf(const NetworkLayout& layout, float length) {
  float widest = 0;
  for (const LayerLayout& layer : layout.layers) widest = std::max(widest, layer.width());
  const float gap = kTurn * kGap / (length + kGap);
  const float gapOfFew = kGapOfFew * std::min(1.0f, kFew / static_cast<float>(layout.ranks.size()));
  return std::max(length / (kTurn - std::max(gap, gapOfFew)), 0.5f * widest + kLeastInside);
}

}  // namespace

void arrangeInRing(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kApart);
  const float radius = radiusOf(layout, along.back());
  const float fewest = std::min(kFewRound, kMostBetween * static_cast<float>(layout.ranks.size() - 1));
  const float all = std::max(fewest, along.back() / radius);
  const float turned = all > kFewRound ? 0.0f : kTurned;
  const std::vector<float> heights = heightsOf(layout);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    LayerLayout& layer = layout.layers[l];
    const float share = layout.ranks.size() > 1 ? along[layer.rank] / along.back() : 0.5f;
    standOnCircle(layer, radius, all * (share - 0.5f) + turned);
    layer.center.y = heights[l];
  }
  layout.seenFrom = {-0.10f, 0.58f, 0.81f};
  // Into the gap, where the outputs look into it, else outwards.
  if (0.5f * all > kNearlyClosed) layout.barsAlong = layout.layers[layout.ranks.back().front()].normal;
}

}  // namespace cajal
