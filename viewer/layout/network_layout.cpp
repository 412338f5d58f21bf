#include "viewer/layout/network_layout.h"

#include <algorithm>

#include "viewer/layout/arrangements.h"
#include "viewer/layout/layer_shape.h"

namespace cajal {
namespace {

constexpr float kRoomForName = 3.5f;    // above a layer
constexpr float kRoomForHeadUp = 7.5f;  // above the first, where step and accuracy stand
constexpr float kHeadUpShare = 0.18f;   // of the network's height, where that is more
constexpr float kRoomForBars = 34.0f;   // beside the outputs
constexpr float kRoomOfBlock = 2.2f;    // of a folded layer, half the way to a folded neighbour
constexpr float kNameBeside = 2.0f;     // from the left end of a layer that lies

void include(Box& box, const Box& other) {
  box.low = glm::min(box.low, other.low);
  box.high = glm::max(box.high, other.high);
}

MatrixLayout matrixOf(const LayerFacts& facts, std::size_t layer) {
  MatrixLayout matrix;
  matrix.layer = layer;
  matrix.rows = facts.matrixRows;
  matrix.columns = facts.matrixColumns;
  matrix.convolution = facts.convolution;
  if (facts.convolution) hangKernels(matrix);
  return matrix;
}

// Above a layer that stands, left of one that lies.
glm::vec3 placeOfName(const LayerLayout& layer) {
  return layer.lies() ? layer.center - (0.5f * layer.width() + kNameBeside) * layer.right
                      : glm::vec3(layer.center.x, layer.box.high.y, layer.center.z);
}

void arrange(NetworkLayout& layout) {
  switch (layout.kind) {
    case LayoutKind::layered: return arrangeLayered(layout);
    case LayoutKind::grid: return arrangeInGrid(layout);
    case LayoutKind::ring: return arrangeInRing(layout);
    case LayoutKind::spiral: return arrangeInSpiral(layout);
    case LayoutKind::tree: return arrangeInTree(layout);
    case LayoutKind::force: return arrangeForForce(layout);
  }
}

}  // namespace

std::span<const KindName> namesOf(LayoutKind) {
  static constexpr KindName kNames[] = {{"layered", "layered"}, {"grid", "grid"}, {"ring", "ring"},
                                        {"spiral", "spiral"},   {"tree", "tree"}, {"force", "force"}};
  return kNames;
}

std::vector<glm::vec3> framingPoints(const NetworkLayout& layout) {
  std::vector<glm::vec3> points;
  const auto add = [&points](const Box& box) {
    for (const glm::vec3& corner : cornersOf(box)) points.push_back(corner);
  };
  const bool isInLine = layout.kind == LayoutKind::layered;  // its height does not grow with its layers
  const float headUp =
      isInLine ? kRoomForHeadUp : std::max(kRoomForHeadUp, kHeadUpShare * layout.box.size().y);
  for (const LayerLayout& layer : layout.layers) {
    add(layer.box);
    const float room = layer.firstNode == 0 ? headUp : kRoomForName;
    points.push_back(layer.nameAt + glm::vec3(0.0f, room, 0.0f));
  }
  for (const MatrixLayout& matrix : layout.matrices) {
    if (!matrix.isShown) continue;
    for (const glm::vec3& edge : {glm::vec3(0.0f), matrix.across}) {
      points.push_back(matrix.origin + edge);
      points.push_back(matrix.origin + edge + matrix.down);
    }
  }
  const LayerLayout& outputs = layout.layers.back();
  if (outputs.form == LayerForm::column) {
    const glm::vec3 end = outputs.center + kRoomForBars * layout.barsAlong;
    points.push_back(end + glm::vec3(0.0f, 0.5f * kLayerHeight, 0.0f));
    points.push_back(end - glm::vec3(0.0f, 0.5f * kLayerHeight, 0.0f));
  }
  return points;
}

std::vector<LayerFacts> layersOf(const std::vector<TensorView>& tensors, std::size_t imageRows,
                                 std::size_t imageColumns, std::span<const LayerSpec> specs) {
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
    const std::size_t before = static_cast<std::size_t>(tensor.layer) - 1;
    if (before >= specs.size() || specs[before].kind != LayerKind::conv2d) continue;
    const LayerSpec& spec = specs[before];
    const SlidingWindow window{layers[before].values, spec.size, spec.stride, spec.padding, spec.dilation};
    layer.convolution = {window, spec.units, spec.groups};
  }
  return layers;
}

std::vector<float> stations(const NetworkLayout& layout, float apart) {
  // Half the way to either neighbour.
  const auto room = [&](std::size_t l) { return layout.layers[l].isFolded ? kRoomOfBlock : 0.5f * apart; };
  std::vector<float> along{0.0f};
  for (std::size_t l = 1; l < layout.layers.size(); ++l)
    along.push_back(along.back() + room(l - 1) + room(l));
  return along;
}

void measure(NetworkLayout& layout) {
  for (LayerLayout& layer : layout.layers) {
    if (!layer.isScattered) layer.box = boxAround(layer);
    layer.nameAt = placeOfName(layer);
  }
  if (layout.kind == LayoutKind::layered) hangMatrices(layout);
  layout.box = layout.layers.front().box;
  for (const LayerLayout& layer : layout.layers) include(layout.box, layer.box);
  for (const MatrixLayout& matrix : layout.matrices) {
    if (matrix.isShown) include(layout.box, matrix.box);
  }
}

NetworkLayout layOut(const std::vector<LayerFacts>& facts, const LayoutChoice& choice) {
  NetworkLayout layout;
  layout.kind = choice.kind;
  std::size_t nodes = 0;
  for (std::size_t l = 0; l < facts.size(); ++l) {
    LayerLayout layer = shapeOf(facts[l].values, l + 1 == facts.size(), choice.folded.contains(l));
    layer.firstNode = nodes;
    nodes += layer.count;
    layout.layers.push_back(layer);
    if (facts[l].matrixRows > 0) layout.matrices.push_back(matrixOf(facts[l], l));
  }
  arrange(layout);
  layout.nodes.reserve(nodes);
  for (const LayerLayout& layer : layout.layers) {
    for (std::size_t index = 0; index < layer.count; ++index) layout.nodes.push_back(layer.place(index));
  }
  measure(layout);
  return layout;
}

}  // namespace cajal
