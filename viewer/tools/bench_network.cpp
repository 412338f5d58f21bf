#include "viewer/tools/bench_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "engine/vulkan/device.h"
#include "viewer/scene/appearance.h"

namespace cajal {
namespace {

constexpr VkBufferUsageFlags kArenaUse =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT;

std::size_t weightsOf(const std::vector<std::size_t>& widths) {
  std::size_t weights = 0;
  for (std::size_t l = 1; l < widths.size(); ++l) weights += widths[l] * widths[l - 1];
  return weights;
}

std::vector<TensorView> tensorsOf(const std::vector<std::size_t>& widths, std::size_t imageSide) {
  std::vector<TensorView> tensors;
  std::size_t weight = 0, activation = 0;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const Shape shape = l == 0 && imageSide > 0 ? Shape{{imageSide, imageSide, 1}} : Shape{{widths[l]}};
    const auto layer = static_cast<int>(l);
    if (l > 0) {
      tensors.push_back({fmt::format("layer{}.weight", l), TensorRole::weight, layer,
                         Shape{{widths[l], widths[l - 1]}}, ArenaKind::parameters, weight});
      weight += alignedCount(widths[l] * widths[l - 1]);
    }
    tensors.push_back({fmt::format("layer{}.activation", l), TensorRole::activation, layer, shape,
                       ArenaKind::activations, activation});
    activation += alignedCount(widths[l]);
  }
  return tensors;
}

const TensorView& last(const std::vector<TensorView>& tensors, TensorRole role) {
  return *std::find_if(tensors.rbegin(), tensors.rend(), [&](const auto& t) { return t.role == role; });
}

std::size_t floatsOf(const std::vector<TensorView>& tensors, TensorRole role) {
  return last(tensors, role).offset + last(tensors, role).shape.count();
}

void fillWeights(std::span<float> values, const std::vector<TensorView>& tensors) {
  std::mt19937 random(1);
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::weight) continue;
    const auto inputs = static_cast<float>(tensor.shape.dimensions[1]);
    std::normal_distribution<float> normal(0.0f, std::sqrt(2.0f / inputs));
    const std::size_t end = std::min(tensor.offset + tensor.shape.count(), values.size());
    for (std::size_t i = tensor.offset; i < end; ++i) values[i] = normal(random);
  }
}

// A ring, a third of the width in radius.
float ringAt(std::size_t pixel, std::size_t side) {
  const auto half = 0.5f * static_cast<float>(side);
  const float x = static_cast<float>(pixel % side) + 0.5f - half,
              y = static_cast<float>(pixel / side) + 0.5f - half;
  return std::clamp(2.0f - std::abs(std::hypot(x, y) - half / 1.5f), 0.0f, 1.0f);
}

void fillActivations(std::span<float> values, const std::vector<TensorView>& tensors) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal(0.43f, 1.0f);  // two of three are positive
  for (const TensorView& tensor : tensors) {
    if (tensor.role != TensorRole::activation) continue;
    const std::vector<std::size_t>& dimensions = tensor.shape.dimensions;
    for (std::size_t i = 0; i < tensor.shape.count(); ++i)
      values[tensor.offset + i] =
          dimensions.size() == 3 ? ringAt(i, dimensions[0]) : std::max(0.0f, normal(random));
  }
}

}  // namespace

BenchNetwork::BenchNetwork(const Device& device, const std::vector<std::size_t>& widths,
                           std::size_t imageSide, std::size_t mostValues)
    : m_mostBytes(device.limits().storageRange),
      m_weights(weightsOf(widths)),
      m_tensors(tensorsOf(widths, imageSide)),
      m_parameters(device, floatsOf(m_tensors, TensorRole::weight) * sizeof(float), kArenaUse,
                   MemoryUse::mapped, "weights"),
      m_activations(device, floatsOf(m_tensors, TensorRole::activation) * sizeof(float), kArenaUse,
                    MemoryUse::mapped, "activations"),
      m_scene(device, m_tensors, layOut(factsOf(m_tensors, chainOf(m_tensors), imageSide, imageSide))) {
  const std::span<float> weights = m_parameters.elements<float>();
  fillWeights(weights.first(std::min(mostValues, weights.size())), m_tensors);
  fillActivations(m_activations.elements<float>(), m_tensors);
}

RenderScene BenchNetwork::scene(const ViewSettings& settings, VkExtent2D extent) const {
  Publication publication;
  publication.arenas[static_cast<std::size_t>(ArenaKind::parameters)] = wholeOf(m_parameters);
  publication.arenas[static_cast<std::size_t>(ArenaKind::activations)] = wholeOf(m_activations);
  RenderScene scene;
  RenderGroup& group = scene.groups.emplace_back(m_scene.group(publication, settings));
  group.shownValues.bytes = group.planeValues.bytes = std::min(group.shownValues.bytes, m_mostBytes);
  scene.tone = toneOf(settings);
  const float aspect = static_cast<float>(extent.width) / static_cast<float>(extent.height);
  const Camera camera = framePoints(framingPoints(m_scene.layout()), {-0.66f, 0.30f, 0.69f}, aspect,
                                    appearance::kFieldOfView, 0.93f);
  scene.view.view = camera.view();
  scene.view.viewProjection = camera.projection(aspect) * camera.view();
  scene.view.cameraPosition = camera.position;
  scene.view.viewport = {extent.width, extent.height};
  return scene;
}

}  // namespace cajal
