#include "viewer/scene/looks_scene.h"

#include <algorithm>
#include <cmath>

#include "compute/training/health.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/gpu_index.h"

namespace cajal {
namespace {

constexpr std::size_t kNoWeights = ~std::size_t{0};
constexpr std::size_t kMostTiles = 1024;  // pictures of neurons; a layer of more keeps its spheres
constexpr float kTileShare = 0.88f;       // of the distance between two neurons
constexpr float kMapSide = 22.0f;         // world units
constexpr float kMapDistance = 0.72f;     // of the distance between two layers: before the inputs

}  // namespace

LooksScene::LooksScene(const std::vector<TensorView>& tensors, std::vector<Activation> activations)
    : m_activations(std::move(activations)) {
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::look) continue;
    m_blocks.push_back({tensor.offset, tensor.shape.count() / tensor.shape.dimensions.front()});
  }
  m_weights.assign(m_blocks.size(), kNoWeights);
  for (const TensorView& tensor : tensors) {
    if (tensor.role == TensorRole::weight && tensor.shape.dimensions.size() == 2)
      m_weights[static_cast<std::size_t>(tensor.layer)] = tensor.offset;
  }
  m_inputs = m_blocks.empty() ? 0 : m_blocks.front().neurons;
}

Looks LooksScene::wanted(const ViewSettings& settings) const {
  const bool wantsMany = settings.nodes == NodeQuantity::state || settings.below == BelowShow::batch;
  const bool wantsPlane = hasPlane() && (settings.showMap || settings.tiles || wantsMany);
  return wantsPlane ? Looks::plane : wantsMany ? Looks::examples : Looks::none;
}

void LooksScene::addTo(RenderGroup& group, const NetworkLayout& layout, const Publication& publication,
                       const ViewSettings& settings) const {
  const LookFacts& looks = publication.facts.looks;
  const BufferRange arena = publication.arenas[static_cast<std::size_t>(ArenaKind::looks)];
  const bool isThere = arena.buffer != VK_NULL_HANDLE && looks.kind != Looks::none && looks.count > 0;
  if (isThere) group.looks = arena;
  if (settings.tiles) addTiles(group, layout, looks, settings);
  if (!isThere) return;
  if (settings.nodes == NodeQuantity::state) addStates(group, layout, looks);
  if (settings.showMatrices && settings.below == BelowShow::batch) addBatches(group, layout, looks);
  if (looks.kind == Looks::plane && settings.showMap) addMap(group, layout, looks);
}

void LooksScene::addStates(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const {
  group.nodeStyle.show = gpu::kNodesShowStates;
  const auto enough = static_cast<gpu::uint>(std::ceil(kSaturatedShare * static_cast<double>(looks.count)));
  for (std::size_t l = 1; l + 1 < m_blocks.size(); ++l) {  // inputs and outputs have no such states
    const FlatOutputs flat = flatOutputs(m_activations[l]);
    group.states.push_back({index(layout.layers[l].firstNode), index(layout.layers[l].count),
                            index(m_blocks[l].offset), index(looks.count), flat.from, flat.to, flat.above,
                            flat.isBounded ? enough : index(looks.count + 1)});
  }
}

// Behind an image a neuron is the picture of its weights, its receptive field; in the plane it is its answer
// to every point of it.
bool LooksScene::showsTiles(const NetworkLayout& layout, std::size_t layer,
                            const ViewSettings& settings) const {
  const LayerLayout& here = layout.layers[layer];
  if (!settings.tiles || here.isFlat() || here.isScattered || here.count > kMostTiles) return false;
  if (hasPlane()) return true;
  return layer == 1 && layout.layers[0].form == LayerForm::image && m_weights[1] != kNoWeights;
}

void LooksScene::addTiles(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks,
                          const ViewSettings& settings) const {
  for (std::size_t l = 0; l < m_blocks.size(); ++l) {
    if (!showsTiles(layout, l, settings) || (hasPlane() && !group.looks.buffer)) continue;
    const LayerLayout& layer = layout.layers[l];
    const LayerLayout& input = layout.layers[0];
    const float side = kTileShare * layer.spacing;
    const bool isProbability = l + 1 == m_blocks.size() && hasProbabilities();
    const gpu::uint range = !hasPlane()     ? weightRange(group, layer, input)
                            : isProbability ? group.ranges.add(RangeTable::fixed(0.5f))
                                            : rangeOf(group, looks, l);
    for (std::size_t i = 0; i < layer.count; ++i) {
      gpu::Plane tile{};
      if (hasPlane()) {
        tile = plane(looks, l, i);
        tile.middle = isProbability ? 0.5f : 0.0f;
        tile.range = range;
      } else {
        tile.source = gpu::kPlaneValues;
        tile.rows = index(input.rows);
        tile.columns = index(input.columns);
        // Of several colours the first.
        tile.firstValue = index(m_weights[l] + i * input.count);
        tile.stride = index(input.channels);
        tile.range = range;
      }
      tile.across = side * layer.right;
      tile.down = side * layer.down;
      tile.origin = layout.node(l, i) - 0.5f * (tile.across + tile.down);
      tile.hides = 1;
      group.planes.push_back(tile);
    }
    group.hiddenNodes.push_back({index(layer.firstNode), index(layer.count)});
  }
}

// Where the weights would hang: a row an input, a column a neuron.
void LooksScene::addBatches(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const {
  for (const MatrixLayout& matrix : layout.matrices) {
    if (!matrix.isShown) continue;
    const Block& block = m_blocks[matrix.to];
    gpu::Plane batch{};
    batch.origin = matrix.origin;
    batch.across = matrix.across;
    batch.down = matrix.down;
    batch.rows = index(looks.count);
    batch.columns = index(block.neurons);
    batch.source = gpu::kLooks;
    batch.firstValue = index(block.offset);
    batch.stride = 1;
    batch.range = rangeOf(group, looks, matrix.to);
    batch.hides = 1;
    group.planes.push_back(batch);
  }
}

// Two classes: how sure it is of the second rather than the first. One output: its value.
void LooksScene::addMap(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const {
  const std::optional<MapPlace> place = map(layout);
  if (!place) return;
  const std::size_t last = m_blocks.size() - 1;
  const bool isProbability = hasProbabilities();
  gpu::Plane picture = plane(looks, last, m_blocks[last].neurons - 1);
  picture.middle = isProbability ? 0.5f : 0.0f;
  picture.range = isProbability ? group.ranges.add(RangeTable::fixed(0.5f)) : rangeOf(group, looks, last);
  picture.origin = place->origin;
  picture.across = place->across;
  picture.down = place->down;
  picture.hides = 1;
  group.planes.push_back(picture);
}

std::optional<MapPlace> LooksScene::map(const NetworkLayout& layout) const {
  if (!hasPlane() || m_blocks.back().neurons > 2) return std::nullopt;
  const LayerLayout& input = layout.layers.front();
  const glm::vec3 across = kMapSide * input.right, down = kMapSide * input.down;
  const glm::vec3 center = input.center - kMapDistance * kLayerDistance * input.normal;
  return MapPlace{center - 0.5f * (across + down), across, down};
}

bool LooksScene::hasProbabilities() const {
  return m_activations.back() == Activation::softmax || m_activations.back() == Activation::sigmoid;
}

// One neuron's answers to the whole plane.
gpu::Plane LooksScene::plane(const LookFacts& looks, std::size_t layer, std::size_t neuron) const {
  gpu::Plane plane{};
  plane.rows = plane.columns = index(looks.side);
  plane.source = gpu::kLooks;
  plane.firstValue = index(m_blocks[layer].offset + neuron);
  plane.stride = index(m_blocks[layer].neurons);
  return plane;
}

// Of the weights between the inputs and the first layer.
gpu::uint LooksScene::weightRange(RenderGroup& group, const LayerLayout& layer,
                                  const LayerLayout& input) const {
  return group.ranges.add({gpu::kPlaneValues, index(m_weights[1]), index(layer.count), index(input.count),
                           gpu::kNone, appearance::kMatrixPercentile, appearance::kSmallestRange, 1});
}

gpu::uint LooksScene::rangeOf(RenderGroup& group, const LookFacts& looks, std::size_t layer) const {
  return group.ranges.add({gpu::kLooks, index(m_blocks[layer].offset), index(looks.count),
                           index(m_blocks[layer].neurons), gpu::kNone, appearance::kActivationPercentile,
                           1e-3f, 1});
}

}  // namespace cajal
