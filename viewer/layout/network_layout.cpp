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
constexpr float kGapAbove = 9.0f;       // between two layers of a rank: room for the name of the lower one
constexpr float kClearance = 6.0f;      // between a layer and the edges that are led round it
constexpr float kLeastShare = 0.1f;     // of the way: nearer to its ends edges cannot be led aside
constexpr float kRoomForDetour = 6.0f;  // beyond the middle of edges that are led aside

void include(Box& box, const Box& other) {
  box.low = glm::min(box.low, other.low);
  box.high = glm::max(box.high, other.high);
}

MatrixLayout matrixOf(const ConnectionFacts& facts) {
  MatrixLayout matrix;
  matrix.from = facts.connection.from;
  matrix.to = facts.connection.to;
  matrix.tensor = facts.connection.tensor;
  matrix.rows = facts.rows;
  matrix.columns = facts.columns;
  matrix.convolution = facts.convolution;
  if (facts.convolution) hangKernels(matrix);
  return matrix;
}

// Of what a layer reads, by layer; none where it reads nothing.
std::optional<float> meanOfRead(const std::vector<Connection>& connections, std::size_t layer,
                                const std::vector<float>& values) {
  float sum = 0;
  int count = 0;
  for (const Connection& connection : connections) {
    if (connection.to != layer) continue;
    sum += values[connection.from];
    ++count;
  }
  return count > 0 ? std::optional(sum / static_cast<float>(count)) : std::nullopt;
}

// Those of one rank in the order of what they read, so that few edges cross (by barycentres: Sugiyama, Tagawa
// & Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981).
std::vector<std::vector<std::size_t>> layersByRank(const NetworkLayout& layout) {
  std::vector<std::vector<std::size_t>> ranks;
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const std::size_t rank = layout.layers[l].rank;
    ranks.resize(std::max(ranks.size(), rank + 1));
    ranks[rank].push_back(l);
  }
  std::vector<float> places(layout.layers.size(), 0.5f);  // by layer: in its rank, 0 … 1
  for (std::vector<std::size_t>& rank : ranks) {
    std::vector<float> read(layout.layers.size(), 0.5f);
    for (const std::size_t l : rank) read[l] = meanOfRead(layout.connections, l, places).value_or(0.5f);
    std::stable_sort(rank.begin(), rank.end(),
                     [&](std::size_t a, std::size_t b) { return read[a] < read[b]; });
    for (std::size_t i = 0; i < rank.size(); ++i)
      places[rank[i]] = (static_cast<float>(i) + 0.5f) / static_cast<float>(rank.size());
  }
  return ranks;
}

float extentAlong(const Box& box, const glm::vec3& axis) {
  return glm::dot(box.size(), glm::abs(axis));
}

// How far aside the inner control points of edges from one layer to another must be moved, so that all edges
// pass a layer between them where they have done this share of their way.
float liftBeside(const LayerLayout& from, const LayerLayout& between, const LayerLayout& to,
                 const glm::vec3& aside, float share) {
  const float rest = 1 - share,
              inner = 3 * share * rest;  // a cubic Bézier curve's weight of its inner points
  // The edges come together only on their way: those on the far side must be beside the layer, too.
  const float spread = rest * (rest * rest + inner * kOwnCourseOfDetour) * extentAlong(from.box, aside) +
                       share * (share * share + inner * kOwnCourseOfDetour) * extentAlong(to.box, aside);
  const glm::vec3 offset = between.center - glm::mix(from.center, to.center, share);
  const float half = 0.5f * (extentAlong(between.box, aside) + spread);
  return (glm::dot(offset, aside) + half + kClearance) / inner;
}

// So far that edges pass beside every layer in between: above those that stand, right of those that lie.
glm::vec3 detourOf(const NetworkLayout& layout, const MatrixLayout& matrix) {
  const LayerLayout &from = layout.layers[matrix.from], &to = layout.layers[matrix.to];
  const glm::vec3 aside = from.lies() ? from.right : glm::vec3(0.0f, 1.0f, 0.0f);
  const glm::vec3 way = to.center - from.center;
  float lift = 0;
  for (std::size_t rank = from.rank + 1; rank < to.rank; ++rank) {
    for (const std::size_t l : layout.ranks[rank]) {
      const LayerLayout& between = layout.layers[l];
      const float share = glm::dot(between.center - from.center, way) / glm::dot(way, way);
      const float reach = 0.5f * (glm::length(between.box.size()) + glm::length(from.box.size()));
      const float far = glm::distance(between.center, from.center + share * way);
      if (!(share > 0 && share < 1) || far > reach) continue;
      lift = std::max(lift,
                      liftBeside(from, between, to, aside, std::clamp(share, kLeastShare, 1 - kLeastShare)));
    }
  }
  return 0.75f * lift * aside;  // what the middle of the curve has of it
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
    const float room = layer.isInput ? headUp : kRoomForName;
    points.push_back(layer.nameAt + glm::vec3(0.0f, room, 0.0f));
  }
  for (const MatrixLayout& matrix : layout.matrices) {
    const glm::vec3 middle = 0.5f * (layout.layers[matrix.from].center + layout.layers[matrix.to].center);
    if (const float far = glm::length(matrix.detour); far > 0)
      points.push_back(middle + (1.0f + kRoomForDetour / far) * matrix.detour);
    if (!matrix.isShown) continue;
    for (const glm::vec3& edge : {glm::vec3(0.0f), matrix.across}) {
      points.push_back(matrix.origin + edge);
      points.push_back(matrix.origin + edge + matrix.down);
    }
  }
  for (const LayerLayout& outputs : layout.layers) {
    if (!outputs.isOutput || outputs.form != LayerForm::column) continue;
    const glm::vec3 end = outputs.center + kRoomForBars * layout.barsAlong;
    points.push_back(end + glm::vec3(0.0f, 0.5f * kLayerHeight, 0.0f));
    points.push_back(end - glm::vec3(0.0f, 0.5f * kLayerHeight, 0.0f));
  }
  return points;
}

NetworkFacts factsOf(const std::vector<TensorView>& tensors, std::span<const Connection> connections,
                     std::size_t imageRows, std::size_t imageColumns, std::span<const LayerSpec> specs) {
  checkConnections(tensors, connections);
  NetworkFacts network;
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::activation) continue;
    const auto layer = static_cast<std::size_t>(tensor.layer);
    network.layers.resize(std::max(network.layers.size(), layer + 1));
    const std::vector<std::size_t>& d = tensor.shape.dimensions;
    network.layers[layer] = d.size() == 3 ? ExampleShape{d[0], d[1], d[2]} : ExampleShape{1, 1, d[0]};
  }
  // A colour is a picture of its own: channels stand side by side in an example.
  ExampleShape& input = network.layers.front();
  const std::size_t pixels = imageRows * imageColumns, values = input.count();
  if (pixels > 0 && values % pixels == 0) input = {imageRows, imageColumns, values / pixels};
  for (const Connection& connection : connections) {
    ConnectionFacts facts{connection};
    if (connection.isIdentity) facts.rows = facts.columns = network.layers[connection.to].count();
    if (connection.tensor) {
      const Shape& shape = tensors[*connection.tensor].shape;
      facts.rows = shape.dimensions.front();
      facts.columns = shape.count() / facts.rows;
    }
    const std::size_t spec = connection.to - 1;
    if (connection.tensor && spec < specs.size() && specs[spec].kind == LayerKind::conv2d) {
      const LayerSpec& s = specs[spec];
      const SlidingWindow window{network.layers[connection.from], s.size, s.stride, s.padding, s.dilation};
      facts.convolution = {window, s.units, s.groups};
    }
    network.connections.push_back(facts);
  }
  return network;
}

bool isFolded(const NetworkLayout& layout, std::size_t rank) {
  return std::all_of(layout.ranks[rank].begin(), layout.ranks[rank].end(),
                     [&](std::size_t l) { return layout.layers[l].isFolded; });
}

std::vector<float> stations(const NetworkLayout& layout, float apart) {
  // Half the way to either neighbour.
  const auto room = [&](std::size_t rank) { return isFolded(layout, rank) ? kRoomOfBlock : 0.5f * apart; };
  std::vector<float> along{0.0f};
  for (std::size_t rank = 1; rank < layout.ranks.size(); ++rank)
    along.push_back(along.back() + room(rank - 1) + room(rank));
  return along;
}

std::vector<float> placesAcross(const NetworkLayout& layout,
                                const std::function<float(const LayerLayout&)>& size, float gap) {
  std::vector<float> places(layout.layers.size(), 0.0f);
  for (const std::vector<std::size_t>& rank : layout.ranks) {
    // Beside each other from 0 on, and then all together to where the layers that they read are, on average.
    float end = 0, aside = 0;
    if (rank.size() == 1) {
      places[rank.front()] = meanOfRead(layout.connections, rank.front(), places).value_or(0.0f);
      continue;
    }
    for (const std::size_t l : rank) {
      const float wanted = meanOfRead(layout.connections, l, places).value_or(0.0f);
      places[l] = end + 0.5f * size(layout.layers[l]);
      end += size(layout.layers[l]) + gap;
      aside += (wanted - places[l]) / static_cast<float>(rank.size());
    }
    for (const std::size_t l : rank) places[l] += aside;
  }
  return places;
}

std::vector<float> heightsOf(const NetworkLayout& layout) {
  std::vector<float> heights = placesAcross(
      layout, [](const LayerLayout& layer) { return layer.height(); }, kGapAbove);
  for (float& height : heights) height = 0.0f - height;  // the first is on top
  return heights;
}

void measure(NetworkLayout& layout) {
  for (LayerLayout& layer : layout.layers) {
    if (!layer.isScattered) layer.box = boxAround(layer);
    layer.nameAt = placeOfName(layer);
  }
  for (MatrixLayout& matrix : layout.matrices) matrix.detour = detourOf(layout, matrix);
  if (layout.kind == LayoutKind::layered) hangMatrices(layout);
  layout.box = layout.layers.front().box;
  for (const LayerLayout& layer : layout.layers) include(layout.box, layer.box);
  for (const MatrixLayout& matrix : layout.matrices) {
    if (matrix.isShown) include(layout.box, matrix.box);
  }
}

NetworkLayout layOut(const NetworkFacts& network, const LayoutChoice& choice) {
  NetworkLayout layout;
  layout.kind = choice.kind;
  for (const ConnectionFacts& facts : network.connections) layout.connections.push_back(facts.connection);
  const std::vector<std::size_t> ranks = ranksOf(network.layers.size(), layout.connections);
  std::vector<bool> isRead(network.layers.size(), false), reads(network.layers.size(), false);
  for (const Connection& connection : layout.connections)
    isRead[connection.from] = reads[connection.to] = true;
  std::size_t nodes = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    LayerLayout layer = shapeOf(network.layers[l], !isRead[l], choice.folded.contains(l));
    layer.isInput = !reads[l];
    layer.isOutput = !isRead[l];
    layer.rank = ranks[l];
    layer.firstNode = nodes;
    nodes += layer.count;
    layout.layers.push_back(layer);
  }
  for (const ConnectionFacts& facts : network.connections) {
    if (facts.rows > 0) layout.matrices.push_back(matrixOf(facts));
  }
  layout.ranks = layersByRank(layout);
  arrange(layout);
  layout.nodes.reserve(nodes);
  for (const LayerLayout& layer : layout.layers) {
    for (std::size_t index = 0; index < layer.count; ++index) layout.nodes.push_back(layer.place(index));
  }
  measure(layout);
  return layout;
}

}  // namespace cajal
