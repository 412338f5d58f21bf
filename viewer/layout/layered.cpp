// Layered: one rank behind the other along +X, the layers of a rank above each other, and below every two
// layers the matrix that joins them.
#include <algorithm>
#include <cmath>

#include "viewer/layout/arrangements.h"

namespace cajal {
namespace {

constexpr float kGapBelow = 5.0f;  // between a layer and the matrices
constexpr float kMatrixHeight = 11.0f;
constexpr float kMatrixRow = 12.0f;    // from one row of matrices to the next below
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
  const std::vector<float> heights = heightsOf(layout);
  for (std::size_t l = 0; l < layout.layers.size(); ++l)
    layout.layers[l].center = {along[layout.layers[l].rank], heights[l], 0.0f};
}

void hangMatrices(NetworkLayout& layout) {
  float lowest = 0;
  for (const LayerLayout& layer : layout.layers) lowest = std::min(lowest, layer.box.low.y);
  // Matrices of the same ranks hang below each other: each in the first row that is free over its whole way.
  std::vector<std::vector<glm::vec2>> rows;  // from where to where along x
  const auto isFree = [](const std::vector<glm::vec2>& row, float begin, float end) {
    return std::none_of(row.begin(), row.end(),
                        [&](const glm::vec2& taken) { return begin < taken.y && taken.x < end; });
  };
  for (MatrixLayout& matrix : layout.matrices) {
    const LayerLayout &from = layout.layers[matrix.from], &to = layout.layers[matrix.to];
    if (matrix.isIdentity() || (from.isFolded && to.isFolded)) continue;
    std::size_t row = 0;
    while (row < rows.size() && !isFree(rows[row], from.center.x, to.center.x)) ++row;
    rows.resize(std::max(rows.size(), row + 1));
    rows[row].emplace_back(from.center.x, to.center.x);
    hang(matrix, from, to, lowest - kGapBelow - static_cast<float>(row) * kMatrixRow);
  }
}

}  // namespace cajal
