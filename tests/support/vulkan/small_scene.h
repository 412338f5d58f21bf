#pragma once
// A scene of a few nodes and edges, written by hand, for the tests of drawing.

#include "engine/camera/camera.h"
#include "engine/render/renderer.h"
#include "engine/render/scene.h"
#include "engine/vulkan/device.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/color_maps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace cajal::test {

// A test that draws with the shaders, and once more on the host, is
// INSTANTIATE_TEST_SUITE_P(Drawn, TheTest, kByBoth, nameOfDrawing).
inline const auto kByBoth = testing::Values(DrawnBy::shaders, DrawnBy::host);
inline std::string nameOfDrawing(const testing::TestParamInfo<DrawnBy>& test) {
  return test.param == DrawnBy::host ? "OnTheHost" : "WithShaders";
}

// Lists to be filled, then made into a RenderScene. Owns the buffers that scene names: it must outlive the
// frames that draw it.
class SmallScene {
 public:
  static constexpr std::uint32_t kAllValues = 0xffffffffu;  // columns of a range request

  std::vector<gpu::Node> nodes;
  std::vector<float> values;  // of edges and of planes
  std::vector<float> activations{1.0f};
  std::vector<gpu::EdgeBundle> bundles;
  std::vector<gpu::Plane> planes;
  std::vector<gpu::RangeRequest> ranges;
  gpu::EdgeStyle edges = plainEdges();
  gpu::ToneStyle tone = darkTone();
  gpu::ColorScale colors = colorScale(ColorMap::cajal);
  gpu::uint reduction = gpu::kRootMeanSquare;
  Camera camera = lookAt({0, 0, 10}, {0, 0, 0}, 0.7f);

  // A node that is drawn if its radius is not 0; its activation is activations[activation].
  void addNode(glm::vec3 position, float radius = 0, std::uint32_t activation = 0) {
    nodes.push_back({position, radius, activation, 0, gpu::kNone, 0});
  }
  static gpu::ToneStyle darkTone() {
    gpu::ToneStyle tone = appearance::toneOf(appearance::kDark);
    tone.adaptation = 1;
    return tone;
  }
  static gpu::EdgeStyle plainEdges() {
    gpu::EdgeStyle style{};
    style.gamma = style.strength = style.width = style.pulsePeriod = 1;
    style.farthest = 1;
    return style;
  }
  // Edges leave to the right, and arrive from the left, this many world units before they bend.
  static void bend(gpu::EdgeBundle& bundle, float tangent) {
    bundle.leave = {tangent, 0, 0, 0};
    bundle.arrive = {-tangent, 0, 0, 0};
  }
  // One bundle from the last sources + targets nodes but `targets` to the last `targets`, straight and exact.
  gpu::EdgeBundle& addBundle(std::uint32_t sources, std::uint32_t targets) {
    gpu::EdgeBundle bundle{};
    const auto count = static_cast<std::uint32_t>(nodes.size());
    bundle.source = count - sources - targets;
    bundle.sources = sources;
    bundle.target = count - targets;
    bundle.targets = targets;
    bundle.firstValue = static_cast<std::uint32_t>(values.size());
    bundle.stride = sources;
    bundle.firstActivation = gpu::kNone;
    bundle.gain = 1;
    bundles.push_back(bundle);
    return bundles.back();
  }
  // Two nodes and the edge between them.
  gpu::EdgeBundle& addEdge(glm::vec3 from, glm::vec3 to, float value) {
    addNode(from);
    addNode(to);
    gpu::EdgeBundle& bundle = addBundle(1, 1);
    values.push_back(value);
    return bundle;
  }
  // A range that ends at 1, where no value is larger: the smallest is asked for, and its floor stands.
  void addUnitRange() { ranges.push_back({gpu::kShownValues, 0, 1, kAllValues, gpu::kNone, 0, 1, 1}); }

  glm::mat4 viewProjection(VkExtent2D extent) const {
    return camera.projection(static_cast<float>(extent.width) / static_cast<float>(extent.height)) *
           camera.view();
  }

  RenderGroup group(const Device& device) {
    RenderGroup group;
    group.nodes = keep(m_nodes, device, nodes);
    group.nodeCount = static_cast<std::uint32_t>(nodes.size());
    group.shownValues = group.planeValues = keep(m_values, device, values);
    group.activations = group.nodeValues = keep(m_activations, device, activations);
    group.watched = {group.activations};
    group.bundles = bundles;
    group.planes = planes;
    for (gpu::RangeRequest request : ranges) {
      if (request.columns == kAllValues) request.columns = static_cast<std::uint32_t>(values.size());
      group.ranges.add(request);
    }
    group.edges = edges;
    group.colors = colors;
    group.reduction = reduction;
    return group;
  }
  // The one group, as id 0.
  RenderScene render(const Device& device, VkExtent2D extent) {
    RenderScene scene;
    scene.groups = {group(device)};
    scene.tone = tone;
    scene.view.view = camera.view();
    scene.view.viewProjection = viewProjection(extent);
    scene.view.cameraPosition = camera.position;
    return scene;
  }

 private:
  template <typename T>
  static BufferRange keep(std::optional<Buffer>& buffer, const Device& device, const std::vector<T>& list) {
    buffer.emplace(device, std::max<VkDeviceSize>(list.size() * sizeof(T), 4),
                   VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::mapped,
                   "small scene");
    buffer->write(std::span<const T>(list));
    return wholeOf(*buffer);
  }

  std::optional<Buffer> m_nodes, m_values, m_activations;
};

// Edges of these values, each across the middle of the picture from left to right. Their range ends at 1.
inline SmallScene edgesAcross(std::initializer_list<float> values) {
  SmallScene small;
  small.addUnitRange();
  for (const float value : values) small.addEdge({-3, 0, 0}, {3, 0, 0}, value);
  return small;
}

// Two columns of twenty nodes, and all edges between them; sampled where `samples` is not 0.
inline SmallScene curtain(float samples) {
  SmallScene small;
  small.addUnitRange();
  for (int i = 0; i < 40; ++i) small.addNode({i < 20 ? -3 : 3, 0.2f * static_cast<float>(i % 20) - 2, 0});
  small.addBundle(20, 20).samples = samples;
  for (int i = 0; i < 400; ++i) small.values.push_back(std::sin(static_cast<float>(i)));
  return small;
}

}  // namespace cajal::test
