#include "viewer/layout/network_layout.h"

#include <algorithm>
#include <cmath>

namespace cajal {
namespace {

constexpr std::size_t kLongestColumn = 16;  // neurons; more of them stand in a grid
constexpr float kWidestSpacing = 3.0f;      // world units
constexpr float kRadiusShare = 0.27f;       // of the spacing
constexpr float kRoomForName = 3.5f;        // above a layer
constexpr float kRoomForHeadUp = 7.5f;      // above the first, where step and accuracy stand
constexpr float kRoomForBars = 34.0f;       // beside the outputs
constexpr float kGapBelow = 5.0f;           // between a layer and the matrices
constexpr float kMatrixHeight = 11.0f;
constexpr float kLargestCell = 3.2f;   // a side, in world units
constexpr float kMatrixShare = 0.80f;  // of the distance between two layers
constexpr float kMatrixTilt = 0.62f;   // radians: leant back, like a music stand

LayerLayout shapeOf(std::size_t width, bool isInput, bool isOutput, std::size_t imageRows,
                    std::size_t imageColumns) {
  LayerLayout layer;
  layer.count = width;
  if (isInput && imageRows > 0 && imageRows * imageColumns == width) {
    layer.form = LayerForm::image;
    layer.rows = imageRows;
    layer.columns = imageColumns;
  } else if (width <= kLongestColumn) {
    layer.form = LayerForm::column;
    layer.rows = width;
  } else {
    // Twice as high as wide: seen from the side, a layer takes little room and neurons do not hide each
    // other.
    layer.columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(width) / 2.0)));
    layer.rows = (width + layer.columns - 1) / layer.columns;
  }
  const float tallest = static_cast<float>(std::max(layer.rows, layer.columns));
  layer.spacing = std::min(kWidestSpacing, kLayerHeight / std::max(tallest, 1.0f));
  layer.radius = kRadiusShare * layer.spacing * (isOutput && layer.form == LayerForm::column ? 1.25f : 1.0f);
  return layer;
}

glm::vec3 placeInLayer(const LayerLayout& layer, std::size_t index) {
  const auto row = static_cast<float>(index / layer.columns),
             column = static_cast<float>(index % layer.columns);
  const float down = row - 0.5f * static_cast<float>(layer.rows - 1);
  const float right = column - 0.5f * static_cast<float>(layer.columns - 1);
  return layer.center + layer.spacing * glm::vec3(0.0f, -down, right);
}

Box boxAround(const LayerLayout& layer) {
  const glm::vec3 half = 0.5f * layer.spacing *
                         glm::vec3(0.0f, static_cast<float>(layer.rows), static_cast<float>(layer.columns));
  return {layer.center - half - glm::vec3(layer.radius, 0, 0),
          layer.center + half + glm::vec3(layer.radius, 0, 0)};
}

void include(Box& box, const Box& other) {
  box.low = glm::min(box.low, other.low);
  box.high = glm::max(box.high, other.high);
}

// A matrix hangs where its edges run, on the near side (+Z), so that it hides nothing.
MatrixLayout hang(const LayerLayout& from, const LayerLayout& to, std::size_t layer, float top) {
  MatrixLayout matrix;
  matrix.layer = layer;
  matrix.rows = to.count;
  matrix.columns = from.count;
  const float distance = to.center.x - from.center.x;
  const float width = std::min(kMatrixShare * distance, kLargestCell * static_cast<float>(matrix.columns));
  // The shape is the matrix's own as far as that can be looked at: between 1:1 and 4:1.
  const float shape =
      std::clamp(static_cast<float>(matrix.columns) / static_cast<float>(matrix.rows), 1.0f, 4.0f);
  const float height =
      std::min({kMatrixHeight, width / shape, kLargestCell * static_cast<float>(matrix.rows)});
  matrix.across = {width, 0.0f, 0.0f};
  matrix.down = height * glm::vec3(0.0f, -std::cos(kMatrixTilt), std::sin(kMatrixTilt));
  matrix.origin = {0.5f * (from.center.x + to.center.x) - 0.5f * width, top, 0.0f};
  matrix.box = {glm::min(matrix.origin, matrix.origin + matrix.across + matrix.down),
                glm::max(matrix.origin, matrix.origin + matrix.across + matrix.down)};
  return matrix;
}

}  // namespace

std::vector<glm::vec3> framingPoints(const NetworkLayout& layout) {
  std::vector<glm::vec3> points;
  const auto add = [&points](const Box& box) {
    for (const glm::vec3& corner : cornersOf(box)) points.push_back(corner);
  };
  for (const LayerLayout& layer : layout.layers) {
    add(layer.box);
    const float room = layer.firstNode == 0 ? kRoomForHeadUp : kRoomForName;
    points.push_back({layer.center.x, layer.box.high.y + room, layer.center.z});
  }
  for (const MatrixLayout& matrix : layout.matrices) {
    for (const glm::vec3& edge : {glm::vec3(0.0f), matrix.across}) {
      points.push_back(matrix.origin + edge);
      points.push_back(matrix.origin + edge + matrix.down);
    }
  }
  const LayerLayout& outputs = layout.layers.back();
  if (outputs.form == LayerForm::column) {
    points.push_back(outputs.center + glm::vec3(kRoomForBars, 0.5f * kLayerHeight, 0.0f));
    points.push_back(outputs.center + glm::vec3(kRoomForBars, -0.5f * kLayerHeight, 0.0f));
  }
  return points;
}

NetworkLayout layOut(const std::vector<std::size_t>& widths, std::size_t imageRows,
                     std::size_t imageColumns) {
  NetworkLayout layout;
  float x = 0;
  float lowest = 0;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    LayerLayout layer = shapeOf(widths[l], l == 0, l + 1 == widths.size(), imageRows, imageColumns);
    layer.firstNode = layout.nodes.size();
    layer.center = {x, 0.0f, 0.0f};
    layer.box = boxAround(layer);
    for (std::size_t index = 0; index < layer.count; ++index)
      layout.nodes.push_back(placeInLayer(layer, index));
    lowest = std::min(lowest, layer.box.low.y);
    x += kLayerDistance;
    layout.layers.push_back(layer);
  }
  layout.box = layout.layers.front().box;
  for (const LayerLayout& layer : layout.layers) include(layout.box, layer.box);
  for (std::size_t l = 1; l < widths.size(); ++l) {
    layout.matrices.push_back(hang(layout.layers[l - 1], layout.layers[l], l, lowest - kGapBelow));
    include(layout.box, layout.matrices.back().box);
  }
  return layout;
}

}  // namespace cajal
