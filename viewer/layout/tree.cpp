// Tree of layers: the outputs are the root, on top; below it, floor by floor, stands what they rest on, back
// to the input. The further from the answer, the wider the floor: how far its branches reach. A floor leans
// back like a desk, so that it is seen from in front, and edges grow upwards through it.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kRootWidth = 32.0f;     // world units
constexpr float kWider = 15.0f;         // each floor, than the one above
constexpr float kFloorHeight = 15.0f;   // from the back of one to the front of the next above
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
  for (std::size_t l = layout.layers.size(); l-- > 0;) {
    LayerLayout& layer = layout.layers[l];
    makeFloor(layer, width);
    const float half = 0.5f * std::sin(kSlant) * layer.height();
    const bool isRoot = l + 1 == layout.layers.size();
    if (!isRoot) y -= half + (layer.isFolded && layout.layers[l + 1].isFolded ? kBlockRoom : kFloorHeight);
    layer.center = {0.0f, y, 0.0f};
    y -= half;
    if (!layer.isFolded) width += kWider;
  }
  layout.seenFrom = {-0.30f, 0.30f, 0.90f};
}

}  // namespace cajal
