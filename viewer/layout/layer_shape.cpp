#include "viewer/layout/layer_shape.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cajal {
namespace {

constexpr std::size_t kLongestColumn = 16;  // neurons; more of them stand in a grid
constexpr float kRadiusShare = 0.27f;       // of the spacing
constexpr float kWideShare = 0.3f;          // of the height
constexpr float kMostTurning = 0.8f;        // likewise, of a folded layer
constexpr float kLeastFacing = 0.56f;       // radians between a wide layer's plane and the way an eye looks
constexpr float kOutputRadius = 1.25f;      // times as large as others
constexpr std::size_t kGapBetweenMaps = 1;  // pixels

// Twice as high as wide: seen from the side, a layer takes little room and neurons do not hide each other.
std::size_t columnsFor(std::size_t count) {
  return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count) / 2.0)));
}

void arrangePictures(LayerLayout& layer, const ExampleShape& shape) {
  layer.form = LayerForm::image;
  layer.rows = shape.rows;
  layer.columns = shape.columns;
  layer.channels = shape.channels;
  layer.mapColumns = columnsFor(shape.channels);
  layer.mapRows = (shape.channels + layer.mapColumns - 1) / layer.mapColumns;
}

void arrangeNeurons(LayerLayout& layer) {
  if (layer.count <= kLongestColumn && !layer.isFolded) {
    layer.form = LayerForm::column;
    layer.rows = layer.count;
  } else {
    layer.columns = columnsFor(layer.count);
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

}  // namespace

LayerLayout shapeOf(const ExampleShape& shape, bool isOutput, bool isFolded) {
  LayerLayout layer;
  layer.count = shape.count();
  layer.isFolded = isFolded;
  if (shape.isImage()) {
    arrangePictures(layer, shape);
  } else {
    arrangeNeurons(layer);
  }
  const auto tallest = static_cast<float>(std::max(totalRows(layer), totalColumns(layer)));
  const float height = isFolded ? kBlockHeight : kLayerHeight;
  layer.spacing = std::min(kWidestSpacing, height / std::max(tallest, 1.0f));
  layer.radius =
      kRadiusShare * layer.spacing * (isOutput && layer.form == LayerForm::column ? kOutputRadius : 1.0f);
  return layer;
}

void reshape(LayerLayout& layer, std::size_t columns, float width, float widest) {
  const bool isImage = layer.form == LayerForm::image;
  std::size_t& across = isImage ? layer.mapColumns : layer.columns;
  std::size_t& down = isImage ? layer.mapRows : layer.rows;
  const std::size_t count = isImage ? layer.channels : layer.count;
  across = std::clamp<std::size_t>(columns, 1, count);
  down = (count + across - 1) / across;
  const float share = layer.radius / layer.spacing;
  layer.spacing = std::min(widest, width / static_cast<float>(totalColumns(layer)));
  layer.radius = share * std::min(layer.spacing, kWidestSpacing);
}

void standUpright(LayerLayout& layer, glm::vec3 normal) {
  layer.normal = normal;
  layer.down = {0.0f, -1.0f, 0.0f};
  layer.right = {-normal.z, 0.0f, normal.x};
}

void standOnCircle(LayerLayout& layer, float radius, float angle) {
  layer.center = {radius * std::sin(angle), 0.0f, -radius * std::cos(angle)};
  // A wide block has neighbours so near that it must not turn towards them.
  const bool isWide = layer.width() > kWideShare * layer.height() &&
                      !(layer.isFolded && layer.width() > kMostTurning * layer.height());
  const float round = std::remainder(angle, 2 * std::numbers::pi_v<float>);  // -π … π
  const float turned = std::clamp(std::fabs(round), kLeastFacing, std::numbers::pi_v<float> - kLeastFacing);
  const float facing = isWide ? std::copysign(turned, round) : angle;
  standUpright(layer, {std::cos(facing), 0.0f, std::sin(facing)});
}

float LayerLayout::width() const {
  return spacing * static_cast<float>(totalColumns(*this));
}

float LayerLayout::height() const {
  return spacing * static_cast<float>(totalRows(*this));
}

glm::vec3 LayerLayout::mapOrigin(std::size_t channel) const {
  const auto below = static_cast<float>(channel / mapColumns * (rows + kGapBetweenMaps)),
             beside = static_cast<float>(channel % mapColumns * (columns + kGapBetweenMaps));
  const auto high = static_cast<float>(totalRows(*this)), wide = static_cast<float>(totalColumns(*this));
  return center + spacing * ((beside - 0.5f * wide) * right + (below - 0.5f * high) * down);
}

glm::vec3 LayerLayout::place(std::size_t index) const {
  const std::size_t pixel = index / channels;
  const auto row = static_cast<float>(pixel / columns) + 0.5f,
             column = static_cast<float>(pixel % columns) + 0.5f;
  return mapOrigin(index % channels) + spacing * (column * right + row * down);
}

Box boxAround(const LayerLayout& layer) {
  const glm::vec3 half = 0.5f * layer.spacing *
                         (static_cast<float>(totalColumns(layer)) * glm::abs(layer.right) +
                          static_cast<float>(totalRows(layer)) * glm::abs(layer.down));
  const glm::vec3 out = layer.radius * glm::abs(layer.normal);
  return {layer.center - half - out, layer.center + half + out};
}

}  // namespace cajal
