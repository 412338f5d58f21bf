#include "viewer/scene/looks_scene.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

constexpr auto kLooks = static_cast<std::size_t>(ArenaKind::looks);

struct Planar {
  std::vector<TensorView> tensors;
  NetworkLayout layout;
  LooksScene scene;
};

// A network of dense layers; `capacity` rows of looks.
Planar network(const std::vector<std::size_t>& widths, std::vector<Activation> activations,
               std::size_t rows = 0, std::size_t columns = 0) {
  std::vector<TensorView> tensors;
  std::size_t looks = 0, weights = 0;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    const int layer = static_cast<int>(l);
    tensors.push_back(
        {"activation", TensorRole::activation, layer, {{widths[l]}}, ArenaKind::activations, 64 * l});
    tensors.push_back({"looks", TensorRole::look, layer, {{16, widths[l]}}, ArenaKind::looks, looks});
    looks += alignedCount(16 * widths[l]);
    if (l == 0) continue;
    tensors.push_back(
        {"weight", TensorRole::weight, layer, {{widths[l], widths[l - 1]}}, ArenaKind::parameters, weights});
    weights += alignedCount(widths[l] * widths[l - 1]);
  }
  NetworkLayout layout = layOut(factsOf(tensors, chainOf(tensors), rows, columns));
  LooksScene scene(tensors, std::move(activations));
  return {tensors, layout, scene};
}

Planar plane() {
  return network({2, 3, 2}, {Activation::identity, Activation::tanh, Activation::softmax});
}
Planar image() {
  return network({16, 5, 3}, {Activation::identity, Activation::relu, Activation::softmax}, 4, 4);
}

Publication looked(Looks kind, std::size_t count, std::size_t side = 0) {
  Publication publication;
  publication.facts.looks.kind = kind;
  publication.facts.looks.count = count;
  publication.facts.looks.side = side;
  publication.arenas[kLooks] = {reinterpret_cast<VkBuffer>(1), 0, 4096};
  return publication;
}

RenderGroup groupOf(const Planar& network, const Publication& publication, const ViewSettings& settings) {
  RenderGroup group;
  group.nodeCount = static_cast<std::uint32_t>(network.layout.nodes.size());
  network.scene.addTo(group, network.layout, publication, settings);
  return group;
}

TEST(LooksScenes, AskForNothingThatIsNotShown) {
  ViewSettings settings;
  EXPECT_EQ(image().scene.wanted(settings), Looks::none);
  settings.nodes = NodeQuantity::state;
  EXPECT_EQ(image().scene.wanted(settings), Looks::examples);
  settings = {};
  settings.below = BelowShow::batch;
  EXPECT_EQ(image().scene.wanted(settings), Looks::examples);
  settings = {};
  settings.tiles = true;  // receptive fields are weights
  EXPECT_EQ(image().scene.wanted(settings), Looks::none);
}

TEST(LooksScenes, LookAtThePlaneOfTwoInputsUnlessItIsNotWanted) {
  ViewSettings settings;
  EXPECT_EQ(plane().scene.wanted(settings), Looks::plane);
  settings.showMap = false;
  EXPECT_EQ(plane().scene.wanted(settings), Looks::none);
  settings.tiles = true;
  EXPECT_EQ(plane().scene.wanted(settings), Looks::plane);
}

TEST(LooksScenes, TheMapShowsTheLastOutputAboutOneHalf) {
  const RenderGroup group = groupOf(plane(), looked(Looks::plane, 16, 4), {});
  ASSERT_EQ(group.planes.size(), 1U);
  EXPECT_EQ(group.planes[0].rows, 4U);
  EXPECT_EQ(group.planes[0].columns, 4U);
  EXPECT_EQ(group.planes[0].stride, 2U);
  EXPECT_FLOAT_EQ(group.planes[0].middle, 0.5f);
  // The outputs' block, and the second of the two.
  EXPECT_EQ(group.planes[0].firstValue, alignedCount(16 * 2) + alignedCount(16 * 3) + 1);
  EXPECT_FLOAT_EQ(group.ranges[group.planes[0].range].floor, 0.5f);
}

TEST(LooksScenes, NothingIsDrawnOfWhatHasNotCome) {
  EXPECT_TRUE(groupOf(plane(), Publication{}, {}).planes.empty());
  EXPECT_TRUE(groupOf(plane(), looked(Looks::none, 0), {}).planes.empty());
}

TEST(LooksScenes, EveryNeuronBecomesATileAndItsSphereGoes) {
  ViewSettings settings;
  settings.tiles = true;
  settings.showMap = false;
  const RenderGroup group = groupOf(plane(), looked(Looks::plane, 16, 4), settings);
  EXPECT_EQ(group.planes.size(), 2U + 3U + 2U);
  EXPECT_TRUE(shownNodes(group).empty());
}

TEST(LooksScenes, ALayerOfTooManyNeuronsKeepsItsSpheresBetweenLayersOfTiles) {
  ViewSettings settings;
  settings.tiles = true;
  const Planar wide = network({2, 64, 2048, 64, 2}, std::vector(5, Activation::tanh));
  const RenderGroup group = groupOf(wide, looked(Looks::plane, 16, 4), settings);
  EXPECT_EQ(shownNodes(group), (std::vector<NodeSpan>{{2 + 64, 2048}}));
}

TEST(LooksScenes, ReceptiveFieldsAreTheRowsOfTheFirstWeights) {
  ViewSettings settings;
  settings.tiles = true;
  const RenderGroup group = groupOf(image(), Publication{}, settings);
  ASSERT_EQ(group.planes.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(group.planes[i].source, gpu::kPlaneValues);
    EXPECT_EQ(group.planes[i].firstValue, 16 * i);
    EXPECT_EQ(group.planes[i].rows, 4U);
    EXPECT_EQ(group.planes[i].columns, 4U);
  }
  EXPECT_EQ(shownNodes(group), (std::vector<NodeSpan>{{0, 16}, {21, 3}}));
  const gpu::RangeRequest& range = group.ranges[group.planes[0].range];
  EXPECT_EQ(range.source, gpu::kPlaneValues);
  EXPECT_EQ((std::vector{range.firstValue, range.rows, range.columns}), (std::vector<gpu::uint>{0, 5, 16}));
}

TEST(LooksScenes, ABatchHangsARowAnExample) {
  ViewSettings settings;
  settings.below = BelowShow::batch;
  const RenderGroup group = groupOf(image(), looked(Looks::examples, 9), settings);
  ASSERT_EQ(group.planes.size(), 2U);
  EXPECT_EQ(group.planes[0].rows, 9U);
  EXPECT_EQ(group.planes[0].columns, 5U);
  EXPECT_EQ(group.planes[1].columns, 3U);
}

TEST(LooksScenes, OnlyHiddenNeuronsHaveStates) {
  ViewSettings settings;
  settings.nodes = NodeQuantity::state;
  const RenderGroup group = groupOf(image(), looked(Looks::examples, 9), settings);
  EXPECT_EQ(group.nodeStyle.show, gpu::kNodesShowStates);
  ASSERT_EQ(group.states.size(), 1U);
  EXPECT_EQ(group.states[0].firstNode, 16U);
  EXPECT_EQ(group.states[0].count, 5U);
  EXPECT_EQ(group.states[0].rows, 9U);
  EXPECT_EQ(group.states[0].enough, 10U) << "a ReLU has no upper bound: more than there are rows";
}

}  // namespace
}  // namespace cajal::test
