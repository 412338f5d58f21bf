// Tree of layers: the outputs are the root, on top; below it, floor by floor and a rank a floor, stands what
// they rest on, back to the input. The further from the answer, the wider the floor: how far its branches
// reach. A floor leans back like a desk, so that it is seen from in front, and edges grow upwards through it.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kRootWidth = 32.0f;     // world units
constexpr float kWider = 15.0f;         // each floor, than the one above
constexpr float kFloorHeight = 15.0f;   // from the back of one to the front of the next above
constexpr float kGapBeside = 8.0f;      // between two layers of a floor
constexpr float kBlockRoom = 3.0f;      // likewise, where one is folded
constexpr double kColumnsPerRow = 5.0;  // about
constexpr float kMostDeep = 30.0f;      // of a floor, from front to back
constexpr float kSlant = 0.60f;         // radians: how far a floor leans back from lying flat

void makeFloor(LayerLayout& layer, float width) {
  const bool isImage = layer.form == LayerForm::image;
  const std::size_t count = isImage ? layer.channels : layer.count;
  const bool isRow = layer.form == LayerForm::column;
  const auto columns =
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count) * kColumnsPerRow)));
  if (!layer.isFolded) {
    reshape(layer, isRow ? count : columns, width, isImage ? kWidestSpacing : width);
    const float deep = layer.rows * layer.mapRows > 1 ? layer.height() : 0.0f;
    if (deep > kMostDeep) reshape(layer, isRow ? count : columns, width * kMostDeep / deep);
  }
  layer.right = {1.0f, 0.0f, 0.0f};
  layer.down = {0.0f, -std::sin(kSlant), std::cos(kSlant)};
  layer.normal = {0.0f, std::cos(kSlant), std::sin(kSlant)};
}

}  // namespace

void arrangeInTree(NetworkLayout& layout) {
  float y = 0, width = kRootWidth;
  for (std::size_t rank = layout.ranks.size(); rank-- > 0;) {
    const std::vector<std::size_t>& floor = layout.ranks[rank];
    float half = 0;
    for (const std::size_t l : floor) {
      makeFloor(layout.layers[l], floor.size() == 1 ? width : width / static_cast<float>(floor.size()));
      half = std::max(half, 0.5f * std::sin(kSlant) * layout.layers[l].height());
    }
    const bool isRoot = rank + 1 == layout.ranks.size();
    if (!isRoot)
      y -= half + (isFolded(layout, rank) && isFolded(layout, rank + 1) ? kBlockRoom : kFloorHeight);
    for (const std::size_t l : floor) layout.layers[l].center.y = y;
    y -= half;
    if (!isFolded(layout, rank)) width += kWider;
  }
  const std::vector<float> places = placesAcross(
      layout, [](const LayerLayout& layer) { return layer.width(); }, kGapBeside);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) layout.layers[l].center.x = places[l];
  layout.seenFrom = {-0.30f, 0.30f, 0.90f};
}

}  // namespace cajal
