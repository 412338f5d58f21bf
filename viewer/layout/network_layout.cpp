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
constexpr std::size_t kGapBetweenMaps = 1;  // pixels
constexpr float kGapBelow = 5.0f;           // between a layer and the matrices
constexpr float kMatrixHeight = 11.0f;
constexpr float kLargestCell = 3.2f;   // a side, in world units
constexpr float kMatrixShare = 0.80f;  // of the distance between two layers
constexpr float kMatrixTilt = 0.62f;   // radians: leant back, like a music stand

void arrangePictures(LayerLayout& layer, const ExampleShape& shape) {
  layer.form = LayerForm::image;
  layer.rows = shape.rows;
  layer.columns = shape.columns;
  layer.channels = shape.channels;
  // Twice as high as wide, like a grid of neurons.
  layer.mapColumns =
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(shape.channels) / 2.0)));
  layer.mapRows = (shape.channels + layer.mapColumns - 1) / layer.mapColumns;
}

void arrangeNeurons(LayerLayout& layer) {
  if (layer.count <= kLongestColumn) {
    layer.form = LayerForm::column;
    layer.rows = layer.count;
  } else {
    // Twice as high as wide: seen from the side, a layer takes little room and neurons do not hide each
    // other.
    layer.columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(layer.count) / 2.0)));
    layer.rows = (layer.count + layer.columns - 1) / layer.columns;
  }
}

// Pixels along a side, gaps between pictures included.
std::size_t pixelsAlong(std::size_t maps, std::size_t pixels) {
  return maps * pixels + (maps - 1) * kGapBetweenMaps;
}
std::size_t totalRows(const LayerLayout& layer) {
  return pixelsAlong(layer.mapRows, layer.rows);
}
std::size_t totalColumns(const LayerLayout& layer) {
  return pixelsAlong(layer.mapColumns, layer.columns);
}

LayerLayout shapeOf(const ExampleShape& shape, bool isOutput) {
  LayerLayout layer;
  layer.count = shape.count();
  if (shape.isImage()) {
    arrangePictures(layer, shape);
  } else {
    arrangeNeurons(layer);
  }
  const auto tallest = static_cast<float>(std::max(totalRows(layer), totalColumns(layer)));
  layer.spacing = std::min(kWidestSpacing, kLayerHeight / std::max(tallest, 1.0f));
  layer.radius = kRadiusShare * layer.spacing * (isOutput && layer.form == LayerForm::column ? 1.25f : 1.0f);
  return layer;
}

glm::vec3 placeInLayer(const LayerLayout& layer, std::size_t index) {
  const std::size_t pixel = index / layer.channels;
  const auto row = static_cast<float>(pixel / layer.columns) + 0.5f,
             column = static_cast<float>(pixel % layer.columns) + 0.5f;
  return layer.mapOrigin(index % layer.channels) + layer.spacing * glm::vec3(0.0f, -row, column);
}

Box boxAround(const LayerLayout& layer) {
  const glm::vec3 half =
      0.5f * layer.spacing *
      glm::vec3(0.0f, static_cast<float>(totalRows(layer)), static_cast<float>(totalColumns(layer)));
  return {layer.center - half - glm::vec3(layer.radius, 0, 0),
          layer.center + half + glm::vec3(layer.radius, 0, 0)};
}

void include(Box& box, const Box& other) {
  box.low = glm::min(box.low, other.low);
  box.high = glm::max(box.high, other.high);
}

// A matrix hangs where its edges run, on the near side (+Z), so that it hides nothing.
MatrixLayout hang(const LayerLayout& from, const LayerLayout& to, const LayerFacts& facts, std::size_t layer,
                  float top) {
  MatrixLayout matrix;
  matrix.layer = layer;
  matrix.rows = facts.matrixRows;
  matrix.columns = facts.matrixColumns;
  matrix.hasEdges = facts.hasEdges;
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

glm::vec3 LayerLayout::mapOrigin(std::size_t channel) const {
  const auto down = static_cast<float>(channel / mapColumns * (rows + kGapBetweenMaps)),
             right = static_cast<float>(channel % mapColumns * (columns + kGapBetweenMaps));
  const float height = static_cast<float>(totalRows(*this)), width = static_cast<float>(totalColumns(*this));
  return center + spacing * glm::vec3(0.0f, 0.5f * height - down, right - 0.5f * width);
}

std::vector<LayerFacts> layersOf(const std::vector<TensorView>& tensors, std::size_t imageRows,
                                 std::size_t imageColumns) {
  std::vector<LayerFacts> layers;
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::activation) continue;
    const std::vector<std::size_t>& d = tensor.shape.dimensions;
    const ExampleShape shape = d.size() == 3 ? ExampleShape{d[0], d[1], d[2]} : ExampleShape{1, 1, d[0]};
    layers.push_back({shape});
  }
  // A colour is a picture of its own: channels stand side by side in an example.
  const std::size_t pixels = imageRows * imageColumns, values = layers.front().values.count();
  if (pixels > 0 && values % pixels == 0) layers.front().values = {imageRows, imageColumns, values / pixels};
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::weight) continue;
    LayerFacts& layer = layers[static_cast<std::size_t>(tensor.layer)];
    layer.matrixRows = tensor.shape.dimensions.front();
    layer.matrixColumns = tensor.shape.count() / layer.matrixRows;
    layer.hasEdges = tensor.shape.dimensions.size() == 2;
  }
  return layers;
}

NetworkLayout layOut(const std::vector<LayerFacts>& facts) {
  NetworkLayout layout;
  float x = 0;
  float lowest = 0;
  for (std::size_t l = 0; l < facts.size(); ++l) {
    LayerLayout layer = shapeOf(facts[l].values, l + 1 == facts.size());
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
  for (std::size_t l = 1; l < facts.size(); ++l) {
    if (facts[l].matrixRows == 0) continue;
    layout.matrices.push_back(hang(layout.layers[l - 1], layout.layers[l], facts[l], l, lowest - kGapBelow));
    include(layout.box, layout.matrices.back().box);
  }
  return layout;
}

}  // namespace cajal
