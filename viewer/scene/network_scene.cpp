#include "viewer/scene/network_scene.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/error.h"
#include "engine/vulkan/device.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/edge_course.h"
#include "viewer/scene/edge_ends.h"
#include "viewer/scene/gpu_index.h"

namespace cajal {
namespace {

// One list of names for both languages, another for the user.
static_assert(gpu::kStrongest == static_cast<gpu::uint>(Reduction::strongest) &&
              gpu::kMean == static_cast<gpu::uint>(Reduction::mean) &&
              gpu::kRootMeanSquare == static_cast<gpu::uint>(Reduction::rms));

BufferRange arena(const Publication& publication, ArenaKind kind) {
  const BufferRange range = publication.arenas[static_cast<std::size_t>(kind)];
  require(range.buffer != VK_NULL_HANDLE, "an arena is shown that was not asked for");
  return range;
}

BufferRange floatsOf(const BufferRange& arena, std::size_t first, std::size_t count = 1) {
  return {arena.buffer, arena.offset + first * sizeof(float), count * sizeof(float)};
}

}  // namespace

NetworkScene::NetworkScene(const Device& device, const std::vector<TensorView>& tensors, NetworkLayout layout)
    : m_layout(std::move(layout)),
      m_weights(weightsOf(tensors, m_layout.matrices)),
      m_biases(biasesOf(tensors, m_layout.layers.size())),
      m_allBiases(around(m_biases)),
      m_activations(activationsOf(tensors, m_layout.layers.size())),
      m_ranges(m_weights.size(), m_activations.size()),
      m_nodes(makeNodes(device)) {
  writeNodes(m_layout);
}

NetworkScene::Ranges::Ranges(std::size_t matrices, std::size_t layers) {
  for (std::size_t m = 0; m < matrices; ++m) edges.push_back(table.add());
  for (std::size_t m = 0; m < matrices; ++m) planes.push_back(table.add());
  for (std::size_t l = 0; l < layers; ++l) activations.push_back(table.add());
  for (std::size_t l = 0; l < layers; ++l) biases.push_back(table.add());
  common = table.add();
}

std::vector<NetworkScene::Place> NetworkScene::weightsOf(const std::vector<TensorView>& tensors,
                                                         const std::vector<MatrixLayout>& matrices) {
  std::vector<Place> places;
  for (const MatrixLayout& matrix : matrices) {
    if (!matrix.isIdentity())
      require(*matrix.tensor < tensors.size() &&
                  tensors[*matrix.tensor].shape.count() == matrix.rows * matrix.columns,
              "the layout and the tensors are not of the same network");
    places.push_back({matrix.isIdentity() ? 0 : tensors[*matrix.tensor].offset, matrix.rows, matrix.columns});
  }
  return places;
}

std::vector<NetworkScene::Place> NetworkScene::activationsOf(const std::vector<TensorView>& tensors,
                                                             std::size_t layers) {
  std::vector<Place> places(layers);
  std::size_t found = 0;
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::activation) continue;
    const auto layer = static_cast<std::size_t>(tensor.layer);
    require(layer < layers, "the layout and the tensors are not of the same network");
    places[layer] = {tensor.offset, 1, tensor.shape.count()};
    ++found;
  }
  require(found == layers, "the layout and the tensors are not of the same network");
  return places;
}

// From the first to the last that there is.
std::pair<std::size_t, std::size_t> NetworkScene::around(const std::vector<Place>& places) {
  std::size_t first = std::numeric_limits<std::size_t>::max(), end = 0;
  for (const Place& place : places) {
    if (place.columns == 0) continue;
    first = std::min(first, place.offset);
    end = std::max(end, place.offset + place.columns);
  }
  return end == 0 ? std::pair<std::size_t, std::size_t>{0, 0} : std::pair{first, end - first};
}

Buffer NetworkScene::makeNodes(const Device& device) const {
  return Buffer(device, m_layout.nodes.size() * sizeof(gpu::Node), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
                MemoryUse::mapped, "nodes");
}

void NetworkScene::writeNodes(const NetworkLayout& before) {
  const auto radiusOf = [](const LayerLayout& layer) { return layer.isFlat() ? 0.0f : layer.radius; };
  std::vector<gpu::Node> nodes;
  nodes.reserve(m_layout.nodes.size());
  for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
    const float radius = radiusOf(m_layout.layers[l]), radiusBefore = radiusOf(before.layers[l]);
    const Place& bias = m_biases[l];
    for (std::size_t i = 0; i < m_layout.layers[l].count; ++i) {
      // A convolution has one a channel, and channels stand last.
      const gpu::uint biasIndex = bias.columns > 0 ? index(bias.offset + i % bias.columns) : gpu::kNone;
      nodes.push_back({m_layout.node(l, i), radius, index(m_activations[l].offset + i),
                       m_ranges.activations[l], biasIndex, m_ranges.biases[l], before.node(l, i),
                       radiusBefore});
    }
  }
  m_nodes.write(std::span<const gpu::Node>(nodes));
}

void NetworkScene::changeTo(NetworkLayout next) {
  NetworkLayout before = layoutNow();
  if (m_change) before.nodes = m_change->nodesNow();
  m_layout = std::move(next);
  writeNodes(before);
  m_change.emplace(std::move(before), m_layout);
}

void NetworkScene::advance(double seconds) {
  if (!m_change) return;
  m_change->advance(seconds);
  if (m_change->isOver()) m_change.reset();
}

std::vector<NetworkScene::Place> NetworkScene::biasesOf(const std::vector<TensorView>& tensors,
                                                        std::size_t layers) {
  std::vector<Place> places(layers);
  for (const TensorView& tensor : tensors) {
    if (tensor.role == TensorRole::bias && tensor.arena == ArenaKind::parameters)
      places[static_cast<std::size_t>(tensor.layer)] = {tensor.offset, 1, tensor.shape.count()};
  }
  return places;
}

// An identity has the weight 1, which no step changes: it has no gradient, no moments and no change.
bool NetworkScene::hasShownEdges(std::size_t matrix, const ViewSettings& settings) const {
  const MatrixLayout& connection = m_layout.matrices[matrix];
  const bool hasValues = !connection.isIdentity() || !runsBackward(settings.quantity);
  return hasValues && hasEdges(connection, settings.selected);
}

std::uint64_t NetworkScene::shownEdges(std::size_t matrix, const ViewSettings& settings) const {
  std::uint64_t edges = 0;
  if (!hasShownEdges(matrix, settings)) return edges;
  for (const EdgePart& part : edgeParts(m_layout, matrix, settings.selected)) {
    const std::size_t most = settings.edgesPerNeuron > 0 ? settings.edgesPerNeuron : part.sources;
    edges += std::uint64_t{part.targets} * std::min(part.sources, most);
  }
  return edges;
}

std::uint64_t NetworkScene::edgeCount() const {
  std::uint64_t count = 0;
  for (const MatrixLayout& matrix : m_layout.matrices) count += matrix.edges();
  return count;
}

RenderGroup NetworkScene::group(const Publication& publication, const ViewSettings& settings) const {
  RenderGroup group;
  group.nodes = wholeOf(m_nodes);
  group.nodeCount = index(m_layout.nodes.size());
  group.remaining = m_change ? m_change->remaining() : 0.0f;
  group.shownValues = group.planeValues = arena(publication, arenaOf(settings.quantity));
  group.activations = group.nodeValues = arena(publication, ArenaKind::activations);
  if (settings.nodes == NodeQuantity::bias || settings.nodes == NodeQuantity::gradient) {
    group.nodeValues = arena(publication, arenaOf(settings.nodes));
    group.nodeStyle.show = gpu::kNodesShowBiases;
  }
  for (std::size_t matrix = 0; matrix < matrixCount(); ++matrix) {
    addBundles(group, matrix, settings);
  }
  addPlanes(group, settings);
  group.ranges = ranges(settings);
  for (std::size_t l = 0; l < m_activations.size(); ++l) {
    if (!m_layout.layers[l].isOutput) continue;
    group.watched.push_back(floatsOf(group.activations, m_activations[l].offset, m_activations[l].columns));
  }
  group.rangeAdaptation = appearance::kRangeAdaptation;
  group.edges = edgeStyle(settings);
  group.colors = colorScale(colorMapOf(settings), settings.theme != Theme::dark);
  group.reduction = static_cast<gpu::uint>(settings.reduction);
  return group;
}

gpu::ToneStyle toneOf(const ViewSettings& settings) {
  const bool isOnPaper = settings.theme != Theme::dark;
  gpu::ToneStyle tone = appearance::toneOf(appearance::paletteOf(settings.theme));
  const EdgeColors colors = edgeColors(colorMapOf(settings), isOnPaper);
  tone.positive = colors.positive;
  tone.negative = colors.negative;
  tone.bloom = isOnPaper ? 0.0f : settings.bloom;
  return tone;
}

gpu::EdgeStyle NetworkScene::edgeStyle(const ViewSettings& settings) const {
  gpu::EdgeStyle style{};
  style.gamma = settings.edgeGamma;
  style.threshold = settings.edgeThreshold;
  style.strength = settings.edgeStrength;
  style.width = settings.edgeWidth;
  style.depthCue = settings.depthCue;
  style.farthest = 1;
  style.pulse = settings.pulses ? appearance::kPulse : 0.0f;
  style.pulsePeriod = runsBackward(settings.quantity) ? -appearance::kPulsePeriod : appearance::kPulsePeriod;
  return style;
}

void NetworkScene::addBundles(RenderGroup& group, std::size_t matrix, const ViewSettings& settings) const {
  if (!hasShownEdges(matrix, settings)) return;
  const std::vector<EdgePart> parts = edgeParts(m_layout, matrix, settings.selected);
  const MatrixLayout& connection = layoutNow().matrices[matrix];
  const LayerLayout &from = layoutNow().layers[connection.from], &to = layoutNow().layers[connection.to];
  const Place& weight = m_weights[matrix];
  const auto edges = static_cast<float>(connection.edges());
  const bool isExact = settings.sampling == EdgeSampling::exact;
  gpu::EdgeBundle bundle{};
  bundle.stride = connection.isIdentity() ? 0 : index(weight.columns);
  bundle.range = edgeRange(matrix, settings);
  bundle.gain =
      std::clamp(std::pow(appearance::kEdgesAtUnitGain / edges, appearance::kGainPower), 0.2f, 8.0f);
  follow(settings.course, layoutNow(), connection, bundle);
  bundle.most = settings.edgesPerNeuron;
  for (std::size_t before = 0; before < matrix; ++before) bundle.firstCutoff += index(m_weights[before].rows);
  bundle.place = static_cast<float>(from.rank);
  std::size_t drawn = 0, matrices = 0;
  for (const EdgePart& part : parts) drawn += part.edges();
  for (std::size_t other = 0; other < matrixCount(); ++other) matrices += hasShownEdges(other, settings);
  for (const EdgePart& part : parts) {
    bundle.source = index(from.firstNode + part.source);
    bundle.sources = index(part.sources);
    bundle.target = index(to.firstNode + part.target);
    bundle.targets = index(part.targets);
    bundle.firstValue = connection.isIdentity() ? gpu::kNone : index(weight.offset + part.firstValue);
    bundle.firstActivation = settings.quantity == Quantity::contribution
                                 ? index(m_activations[connection.from].offset + part.source)
                                 : gpu::kNone;
    bundle.window = part.window;
    // Every matrix gets the same share of the frame's samples.
    const float share = static_cast<float>(part.edges()) / static_cast<float>(drawn * matrices);
    bundle.samples = isExact ? 0.0f : settings.samplesPerFrame * share;
    group.bundles.push_back(bundle);
  }
}

std::vector<BufferRange> NetworkScene::numbersOf(const Pick& pick, const Publication& publication,
                                                 const ViewSettings& settings) const {
  const BufferRange parameters = publication.arenas[static_cast<std::size_t>(ArenaKind::parameters)];
  std::vector<BufferRange> numbers;
  const auto add = [&](const BufferRange& from, std::size_t place) {
    if (from.buffer != VK_NULL_HANDLE) numbers.push_back(floatsOf(from, place));
  };
  if (pick.neuron) {
    const auto& [layer, neuron] = *pick.neuron;
    add(arena(publication, ArenaKind::activations), m_activations[layer].offset + neuron);
    const Place& bias = m_biases[layer];
    // A convolution has one a channel, and channels stand last.
    if (bias.columns > 0) add(parameters, bias.offset + neuron % bias.columns);
  }
  if (const std::optional<CellPlace> cell = pick.cell ? pick.cell : pick.edge) {
    const MatrixLayout& matrix = m_layout.matrices[cell->matrix];
    const Place& weight = m_weights[cell->matrix];
    const std::size_t place = weight.offset + cell->row * weight.columns + cell->column;
    if (!matrix.isIdentity()) {
      add(parameters, place);
      add(arena(publication, arenaOf(settings.quantity)), place);
    }
    if (const std::optional<EdgeEnds> ends = edgeEnds(m_layout, *cell, settings.selected)) {
      const Place& sources = m_activations[matrix.from];
      add(arena(publication, ArenaKind::activations), sources.offset + ends->source);
    }
  }
  return numbers;
}

EdgeAccount NetworkScene::account(const ViewSettings& settings) const {
  EdgeAccount account;
  account.total = edgeCount();
  for (std::size_t m = 0; m < matrixCount(); ++m) {
    account.shown += shownEdges(m, settings);
    account.areOfOnePlace |= m_layout.matrices[m].convolution && !settings.selected;
  }
  if (settings.edgesPerNeuron > 0) account.perNeuron = settings.edgesPerNeuron;
  account.samples =
      settings.sampling == EdgeSampling::exact ? 0 : static_cast<std::uint64_t>(settings.samplesPerFrame);
  return account;
}

float NetworkScene::notFiniteShare(const ViewSettings& settings, std::span<const gpu::Range> ranges) const {
  double values = 0, notFinite = 0;
  for (std::size_t m = 0; m < matrixCount() && m_ranges.edges[m] < ranges.size(); ++m) {
    if (!hasShownEdges(m, settings)) continue;
    const auto count = static_cast<double>(m_layout.matrices[m].edges());
    values += count;
    notFinite += count * static_cast<double>(ranges[m_ranges.edges[m]].notFinite);
  }
  return values > 0 ? static_cast<float>(notFinite / values) : 0.0f;
}

// What a convolution contributes in the place that is shown.
void NetworkScene::addWindow(gpu::RangeRequest& request, std::size_t matrix,
                             const ViewSettings& settings) const {
  if (!m_layout.matrices[matrix].convolution) return;
  const EdgePart window = shownWindow(m_layout.matrices[matrix], settings.selected);
  request.firstValue += index(window.firstValue);
  request.stride = request.columns;
  request.columns = index(window.sources);
  request.firstActivation += index(window.source);
  request.window = window.window;
}

gpu::RangeRequest NetworkScene::edgeRangeRequest(std::size_t m, const ViewSettings& settings) const {
  const MatrixLayout& matrix = m_layout.matrices[m];
  const bool contributes = settings.quantity == Quantity::contribution;
  const gpu::uint activations = index(m_activations[matrix.from].offset);
  gpu::RangeRequest request{};
  request.percentile = appearance::kEdgePercentile;
  request.floor = appearance::kSmallestRange;
  request.gamma = settings.edgeGamma;
  request.firstActivation = gpu::kNone;
  if (matrix.isIdentity()) {
    // Each edge contributes the value that it passes on; its weight is 1.
    if (!contributes) return RangeTable::fixed(1.0f);
    request.source = gpu::kActivations;
    request.firstValue = activations;
    request.rows = 1;
    request.columns = index(matrix.columns);
    return request;
  }
  request.source = gpu::kShownValues;
  request.firstValue = index(m_weights[m].offset);
  request.rows = index(m_weights[m].rows);
  request.columns = index(m_weights[m].columns);
  if (!contributes) return request;
  request.firstActivation = activations;
  addWindow(request, m, settings);
  return request;
}

RangeTable NetworkScene::ranges(const ViewSettings& settings) const {
  using namespace appearance;
  RangeTable table = m_ranges.table;
  for (std::size_t m = 0; m < matrixCount(); ++m) {
    const Place& weight = m_weights[m];
    table.set(m_ranges.edges[m], edgeRangeRequest(m, settings));
    if (m_layout.matrices[m].isIdentity()) continue;  // never hung
    table.set(m_ranges.planes[m], {gpu::kPlaneValues, index(weight.offset), index(weight.rows),
                                   index(weight.columns), gpu::kNone, kMatrixPercentile, kSmallestRange, 1});
  }
  const bool showsBiases = settings.nodes == NodeQuantity::bias || settings.nodes == NodeQuantity::gradient;
  for (std::size_t l = 0; l < m_activations.size(); ++l) {
    const bool isFixed = m_layout.layers[l].isInput || m_layout.layers[l].isOutput;
    // Pixels and probabilities end at 1 by nature; hidden activations end where most of them do.
    table.set(m_ranges.activations[l],
              {gpu::kActivations, index(m_activations[l].offset), 1, index(m_activations[l].columns),
               gpu::kNone, kActivationPercentile, isFixed ? 1.0f : 1e-3f, 1});
    if (!showsBiases) continue;
    // On one scale each layer looks at all biases, from the first one's to the last one's.
    const auto [first, count] =
        settings.oneScale ? m_allBiases : std::pair(m_biases[l].offset, m_biases[l].columns);
    table.set(m_ranges.biases[l], {gpu::kNodeValues, index(first), 1, index(count), gpu::kNone,
                                   kActivationPercentile, kSmallestRange, 1});
  }
  if (!hasOneScale(settings)) return table;
  // All weights stand before everything else, one matrix behind the other; what is between them is zero, and
  // does not count.
  std::size_t first = std::numeric_limits<std::size_t>::max(), end = 0;
  for (std::size_t m = 0; m < matrixCount(); ++m) {
    if (m_layout.matrices[m].isIdentity()) continue;
    first = std::min(first, m_weights[m].offset);
    end = std::max(end, m_weights[m].offset + m_weights[m].rows * m_weights[m].columns);
  }
  table.set(m_ranges.common,
            end == 0 ? RangeTable::fixed(1.0f)
                     : gpu::RangeRequest{gpu::kShownValues, index(first), 1, index(end - first), gpu::kNone,
                                         kEdgePercentile, kSmallestRange, settings.edgeGamma});
  return table;
}

}  // namespace cajal
