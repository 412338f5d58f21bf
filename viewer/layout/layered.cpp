// Layered: one layer behind the other along +X, and below every two of them the matrix that joins them.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"

namespace cajal {
namespace {

constexpr float kGapBelow = 5.0f;  // between a layer and the matrices
constexpr float kMatrixHeight = 11.0f;
constexpr float kLargestCell = 3.2f;   // a side, in world units
constexpr float kMatrixShare = 0.80f;  // of the distance between two layers
constexpr float kMatrixTilt = 0.62f;   // radians: leant back, like a music stand

// A matrix hangs where its edges run, on the near side (+Z), so that it hides nothing.
void hang(MatrixLayout& matrix, const LayerLayout& from, const LayerLayout& to, float top) {
  matrix.isShown = true;
  const float distance = to.center.x - from.center.x;
  const glm::vec2 cells = matrix.cellsAcrossAndDown();
  float width = std::min(kMatrixShare * distance, kLargestCell * cells.x);
  // The shape is the matrix's own as far as that can be looked at: between 1:1 and 4:1.
  const float shape = std::clamp(cells.x / cells.y, 1.0f, 4.0f);
  float height = std::min({kMatrixHeight, width / shape, kLargestCell * cells.y});
  // The pixels of a kernel are squares.
  if (matrix.showsKernels()) {
    const float side = std::min(width / cells.x, kMatrixHeight / cells.y);
    width = side * cells.x;
    height = side * cells.y;
  }
  matrix.across = {width, 0.0f, 0.0f};
  matrix.down = height * glm::vec3(0.0f, -std::cos(kMatrixTilt), std::sin(kMatrixTilt));
  matrix.origin = {0.5f * (from.center.x + to.center.x) - 0.5f * width, top, 0.0f};
  matrix.box = {glm::min(matrix.origin, matrix.origin + matrix.across + matrix.down),
                glm::max(matrix.origin, matrix.origin + matrix.across + matrix.down)};
}

}  // namespace

void arrangeLayered(NetworkLayout& layout) {
  const std::vector<float> along = stations(layout, kLayerDistance);
  for (std::size_t l = 0; l < layout.layers.size(); ++l) layout.layers[l].center = {along[l], 0.0f, 0.0f};
}

void hangMatrices(NetworkLayout& layout) {
  float lowest = 0;
  for (const LayerLayout& layer : layout.layers) lowest = std::min(lowest, layer.box.low.y);
  for (MatrixLayout& matrix : layout.matrices) {
    const LayerLayout &from = layout.layers[matrix.layer - 1], &to = layout.layers[matrix.layer];
    if (!from.isFolded || !to.isFolded) hang(matrix, from, to, lowest - kGapBelow);
  }
}

}  // namespace cajal
