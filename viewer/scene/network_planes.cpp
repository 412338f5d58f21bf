// NetworkScene, continued: weight matrices, kernels, and layers that are pictures.
#include <algorithm>

#include "viewer/scene/appearance.h"
#include "viewer/scene/gpu_index.h"
#include "viewer/scene/network_scene.h"

namespace cajal {

gpu::Plane NetworkScene::matrixPlane(std::size_t m, const ViewSettings& settings) const {
  const MatrixLayout& matrix = layoutNow().matrices[m];
  return {matrix.origin,
          index(matrix.rows),
          matrix.across,
          index(matrix.columns),
          matrix.down,
          gpu::kPlaneValues,
          index(m_weights[m].offset),
          hasOneScale(settings) ? m_ranges.common : m_ranges.planes[m],
          0,
          appearance::kMatrixHides,
          1,
          0};
}

void NetworkScene::addPlanes(RenderGroup& group, const ViewSettings& settings) const {
  for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
    if (m_layout.layers[l].isFlat()) addPictures(group, l);
  }
  if (!settings.showMatrices || settings.below != BelowShow::weights) return;
  for (std::size_t m = 0; m < matrixCount(); ++m) {
    const MatrixLayout& matrix = layoutNow().matrices[m];
    if (!matrix.isShown) continue;
    if (matrix.showsKernels())
      addKernels(group, m, settings);
    else
      group.planes.push_back(matrixPlane(m, settings));
  }
}

void NetworkScene::addKernels(RenderGroup& group, std::size_t m, const ViewSettings& settings) const {
  const MatrixLayout& matrix = layoutNow().matrices[m];
  const std::size_t inputs = matrix.convolution->inputsPerGroup(), size = matrix.convolution->window.size;
  gpu::Plane plane = matrixPlane(m, settings);
  const glm::vec3 origin = plane.origin, across = plane.across, down = plane.down;
  const gpu::uint first = plane.firstValue;
  plane.rows = plane.columns = index(size);
  plane.stride = index(inputs);
  for (std::size_t output = 0; output < matrix.rows; ++output) {
    for (std::size_t input = 0; input < inputs; ++input) {
      const Box2 place = matrix.kernel(output, input);
      plane.origin = origin + place.low.x * across + place.low.y * down;
      plane.across = (place.high.x - place.low.x) * across;
      plane.down = (place.high.y - place.low.y) * down;
      plane.firstValue = first + index(output * matrix.columns + input);
      group.planes.push_back(plane);
    }
  }
}

// A picture a channel. The neurons of a folded layer may not fill their last row, which is then a picture of
// its own.
void NetworkScene::addPictures(RenderGroup& group, std::size_t l) const {
  const LayerLayout& layer = layoutNow().layers[l];
  const auto add = [&](glm::vec3 origin, std::size_t rows, std::size_t columns, std::size_t first) {
    gpu::Plane plane{};
    plane.origin = origin;
    plane.across = layer.spacing * static_cast<float>(columns) * layer.right;
    plane.down = layer.spacing * static_cast<float>(rows) * layer.down;
    plane.rows = index(rows);
    plane.columns = index(columns);
    plane.source = gpu::kActivations;
    plane.firstValue = index(m_activations[l].offset + first);
    plane.range = m_ranges.activations[l];
    plane.isImage = 1;
    plane.hides = appearance::kImageHides;
    plane.stride = index(layer.channels);
    group.planes.push_back(plane);
  };
  const auto originOf = [&](std::size_t channel) {
    return m_change ? m_change->mapOriginNow(l, channel) : layer.mapOrigin(channel);
  };
  const std::size_t fullRows = std::min(layer.rows, layer.count / layer.channels / layer.columns);
  for (std::size_t channel = 0; channel < layer.channels; ++channel)
    add(originOf(channel), fullRows, layer.columns, channel);
  const std::size_t rest = layer.count / layer.channels - fullRows * layer.columns;
  if (rest == 0) return;
  const float below = layer.spacing * static_cast<float>(fullRows);
  add(originOf(0) + below * layer.down, 1, rest, fullRows * layer.columns);
}

}  // namespace cajal
