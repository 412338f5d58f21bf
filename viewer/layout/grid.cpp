// Grid: for deep networks. The ranks stand in rows like text on a page; every second row runs backwards, and
// edges turn at its end, so that none has to cross the page. Pictures face the reader all the same.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kApart = 27.0f;      // from layer to layer
constexpr float kRowHeight = 40.0f;  // a layer, its name, and a gap
constexpr float kPageShape = 2.2f;   // width over height

// World units, such that the page has its shape, rows are about equally long, and there are no fewer than
// two where there is something to break.
float lengthOfRow(float total, std::size_t layers) {
  const float all = total + kApart;
  const float wanted = std::ceil(std::sqrt(all / (kRowHeight * kPageShape)));
  const float rows = layers > 2 ? std::max(wanted, 2.0f) : 1.0f;
  return all / rows - kApart + kApart * (rows - 1) / rows + 0.01f;  // up to the end of a layer
}

// World units that the layers of a rank which stand above each other add to the height of a row.
float tallest(const std::vector<float>& heights) {
  const auto [least, most] = std::minmax_element(heights.begin(), heights.end());
  return *most - *least;
}

}  // namespace

void arrangeInGrid(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kApart);
  const std::vector<float> heights = heightsOf(layout);
  const float length = lengthOfRow(along.back(), layout.ranks.size());
  float rowBegins = 0, y = 0, from = 0, way = 1;
  for (std::size_t rank = 0; rank < layout.ranks.size(); ++rank) {
    if (along[rank] - rowBegins > length) {
      from += way * (along[rank - 1] - rowBegins);  // below the last of the row above
      rowBegins = along[rank];
      y -= kRowHeight + tallest(heights);
      way = -way;
    }
    for (const std::size_t l : layout.ranks[rank]) {
      LayerLayout& layer = layout.layers[l];
      layer.center = {from + way * (along[rank] - rowBegins), y + heights[l], 0.0f};
      layer.normal = {way, 0.0f, 0.0f};
    }
  }
  layout.barsAlong = {way, 0.0f, 0.0f};
  layout.seenFrom = {-0.52f, 0.14f, 0.84f};
}

}  // namespace cajal
