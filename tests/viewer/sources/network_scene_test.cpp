#include "viewer/scene/network_scene.h"

#include "engine/base/error.h"
#include "tests/engine/render/renderer_fixture.h"
#include "tests/support/vulkan/reference_picture.h"
#include "tests/viewer/sources/small_network.h"
#include "viewer/cockpit/panels.h"
#include "viewer/scene/appearance.h"
#include "viewer/scene/edge_ends.h"
#include "viewer/scene/labels.h"
#include "viewer/shell/stage.h"

#include <cmath>

namespace cajal::test {
namespace {

class NetworkSceneTest : public VulkanTest {
 protected:
  NetworkSceneTest() : m_small(device(), 2, 2) {}
  RenderGroup group(const ViewSettings& settings = {}) const {
    return m_small.scene().group(m_small.publication(), settings);
  }
  const SmallNetwork m_small;
};

TEST_F(NetworkSceneTest, HasABundleAMatrixBetweenTheLayersItJoins) {
  const RenderGroup drawn = group();
  ASSERT_EQ(drawn.bundles.size(), 2U);
  EXPECT_EQ(drawn.nodeCount, 4U + 3 + 2);
  const gpu::EdgeBundle &first = drawn.bundles[0], &second = drawn.bundles[1];
  EXPECT_EQ((std::vector{first.source, first.sources, first.target, first.targets}),
            (std::vector<gpu::uint>{0, 4, 4, 3}));
  EXPECT_EQ((std::vector{second.source, second.sources, second.target, second.targets}),
            (std::vector<gpu::uint>{4, 3, 7, 2}));
  EXPECT_EQ(first.firstValue, m_small.tensor("layer1.weight").offset);
  EXPECT_EQ(second.firstValue, m_small.tensor("layer2.weight").offset);
}

TEST_F(NetworkSceneTest, ContributionsAreMultipliedByTheSourcesActivationsAndWeightsAreNot) {
  ViewSettings settings;
  settings.quantity = Quantity::contribution;
  EXPECT_NE(group(settings).bundles[1].firstActivation, gpu::kNone);
  EXPECT_NE(group(settings).ranges[1].firstActivation, gpu::kNone);
  settings.quantity = Quantity::weight;
  EXPECT_EQ(group(settings).bundles[1].firstActivation, gpu::kNone);
  EXPECT_EQ(group(settings).ranges[1].firstActivation, gpu::kNone);
}

TEST_F(NetworkSceneTest, HasARangeForEveryBundleMatrixAndLayer) {
  ViewSettings settings;
  for (const NodeQuantity nodes : {NodeQuantity::activation, NodeQuantity::bias}) {
    for (const bool oneScale : {false, true}) {
      settings.nodes = nodes;
      settings.oneScale = oneScale;
      const RenderGroup drawn = group(settings);
      const gpu::RangeRequest &edges = drawn.ranges[drawn.bundles[1].range],
                              &picture = drawn.ranges[drawn.planes[0].range],
                              &matrix = drawn.ranges[drawn.planes[2].range];
      EXPECT_EQ(edges.source, gpu::kShownValues);
      EXPECT_EQ(edges.firstValue,
                m_small.tensor(hasOneScale(settings) ? "layer1.weight" : "layer2.weight").offset);
      EXPECT_EQ(picture.source, gpu::kActivations);
      if (!hasOneScale(settings)) {
        EXPECT_EQ(matrix.source, gpu::kPlaneValues);
        EXPECT_EQ(matrix.firstValue, m_small.tensor("layer2.weight").offset);
      }
      const gpu::Node node = hostElements<gpu::Node>(drawn.nodes)[7];  // of the outputs
      EXPECT_EQ(drawn.ranges[node.range].source, gpu::kActivations);
      EXPECT_EQ(drawn.ranges[node.range].firstValue, node.activation);
      if (nodes == NodeQuantity::bias) {
        EXPECT_EQ(drawn.ranges[node.biasRange].source, gpu::kNodeValues);
        EXPECT_EQ(drawn.ranges[node.biasRange].firstValue,
                  m_small.tensor(oneScale ? "layer1.bias" : "layer2.bias").offset);
      }
      for (const gpu::RangeRequest& range : drawn.ranges.requests()) {
        if (range.columns == 0) continue;
        EXPECT_GT(range.floor, 0) << "nothing is divided by zero";
      }
    }
  }
}

// What comes back some frames later is still found where it was asked for.
TEST_F(NetworkSceneTest, ARangeKeepsItsIndexWhateverIsShown) {
  ViewSettings settings;
  settings.quantity = Quantity::weight;
  const std::uint32_t edges = m_small.scene().edgeRange(1, settings);
  settings.nodes = NodeQuantity::bias;
  settings.quantity = Quantity::contribution;
  settings.showMatrices = false;
  EXPECT_EQ(m_small.scene().edgeRange(1, settings), edges);
  EXPECT_EQ(group(settings).bundles[1].range, edges);
}

TEST_F(NetworkSceneTest, HasAPlaneForTheImageAndOneForEveryMatrix) {
  EXPECT_EQ(group().planes.size(), 1U + 2);
  EXPECT_EQ(group().planes[0].isImage, 1U);
  ViewSettings settings;
  settings.showMatrices = false;
  EXPECT_EQ(group(settings).planes.size(), 1U);
}

TEST_F(NetworkSceneTest, SaysWhichShareOfItsEdgesIsNotFinite) {
  std::vector<gpu::Range> ranges(group().ranges.size());
  EXPECT_EQ(m_small.scene().notFiniteShare({}, {}), 0) << "nothing is known yet";
  EXPECT_EQ(m_small.scene().notFiniteShare({}, ranges), 0);
  ranges[m_small.scene().edgeRange(1, {})].notFinite = 1;
  ranges[group().planes[0].range].notFinite = 1;  // of no edge
  EXPECT_FLOAT_EQ(m_small.scene().notFiniteShare({}, ranges), 6.0f / 18);
  ranges[m_small.scene().edgeRange(0, {})].notFinite = 1;
  EXPECT_EQ(m_small.scene().notFiniteShare({}, ranges), 1);
}

TEST_F(NetworkSceneTest, CountsItsEdges) {
  EXPECT_EQ(m_small.scene().edgeCount(), 4U * 3 + 3 * 2);
  ViewSettings settings;
  settings.sampling = EdgeSampling::exact;
  EXPECT_EQ(m_small.scene().account(settings).total, 18U);
  EXPECT_EQ(m_small.scene().account(settings).samples, 0U) << "every pixel";
}

TEST_F(NetworkSceneTest, OfASelectedNeuronOnlyItsOwnEdgesAreDrawn) {
  ViewSettings settings;
  settings.selected = NeuronPlace{1, 2};
  const RenderGroup drawn = group(settings);
  ASSERT_EQ(drawn.bundles.size(), 2U);
  const gpu::EdgeBundle &in = drawn.bundles[0], &out = drawn.bundles[1];
  EXPECT_EQ((std::vector{in.source, in.sources, in.target, in.targets}),
            (std::vector<gpu::uint>{0, 4, 4 + 2, 1}));
  EXPECT_EQ(in.firstValue, m_small.tensor("layer1.weight").offset + 2 * 4);
  EXPECT_EQ((std::vector{out.source, out.sources, out.target, out.targets}),
            (std::vector<gpu::uint>{4 + 2, 1, 7, 2}));
  EXPECT_EQ(out.firstValue, m_small.tensor("layer2.weight").offset + 2);
  EXPECT_EQ(out.stride, 3U) << "from one target's weights to the next one's";
  EXPECT_EQ(out.firstActivation, group().bundles[1].firstActivation + 2) << "its own activation";
  EXPECT_EQ(m_small.scene().account(settings).shown, 4U + 2);
  EXPECT_EQ(m_small.scene().account(settings).total, 18U);
}

TEST_F(NetworkSceneTest, OfASelectedInputOrOutputOneBundleIsLeft) {
  ViewSettings settings;
  settings.selected = NeuronPlace{0, 1};
  EXPECT_EQ(group(settings).bundles.size(), 1U);
  EXPECT_EQ(m_small.scene().account(settings).shown, 3U);
  settings.selected = NeuronPlace{2, 0};
  EXPECT_EQ(m_small.scene().account(settings).shown, 3U);
}

TEST_F(NetworkSceneTest, KnowsWhereTheNumbersOfWhatIsPickedStand) {
  const auto place = [](const BufferRange& range) { return range.offset / sizeof(float); };
  Pick pick;
  pick.neuron = NeuronPlace{1, 2};
  std::vector<BufferRange> numbers = m_small.scene().numbersOf(pick, m_small.publication(), {});
  ASSERT_EQ(numbers.size(), 2U);
  EXPECT_EQ(place(numbers[0]), place(group().activations) + group().bundles[1].firstActivation + 2);
  EXPECT_EQ(place(numbers[1]), place(group().shownValues) + m_small.tensor("layer1.bias").offset + 2);
  pick = {};
  pick.cell = CellPlace{1, 1, 2};
  numbers = m_small.scene().numbersOf(pick, m_small.publication(), {});
  ASSERT_EQ(numbers.size(), 3U);
  EXPECT_EQ(place(numbers[0]),
            place(group().shownValues) + m_small.tensor("layer2.weight").offset + 1 * 3 + 2);
  EXPECT_EQ(place(numbers[2]), place(group().activations) + group().bundles[1].firstActivation + 2);
  // An edge is the same weight.
  std::swap(pick.cell, pick.edge);
  const std::vector<BufferRange> ofEdge = m_small.scene().numbersOf(pick, m_small.publication(), {});
  ASSERT_EQ(ofEdge.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(place(ofEdge[i]), place(numbers[i]));
}

TEST_F(NetworkSceneTest, WatchesTheOutputs) {
  EXPECT_EQ(group().watched.front().bytes, 2 * sizeof(float));
}

TEST_F(NetworkSceneTest, AnArenaThatWasNotPublishedIsABugOfOurs) {
  ViewSettings settings;
  settings.quantity = Quantity::gradient;
  EXPECT_THROW(group(settings), Error);
}

// ---- a residual network ----

// Layers 1 and 4 are joined by a skip past two layers; layer 3 is a normalisation, which has no edges.
class ResidualSceneTest : public VulkanTest {
 protected:
  ResidualSceneTest() : m_small(device(), 2, 2, parseNetwork("4-12-12-layernorm-add2-2")) {}
  RenderGroup group(Quantity quantity) const {
    ViewSettings settings;
    settings.quantity = quantity;
    Publication publication = m_small.publication();
    // Only looked at for where it stands.
    publication.arenas[static_cast<std::size_t>(ArenaKind::gradients)] =
        publication.arenas[static_cast<std::size_t>(ArenaKind::parameters)];
    return m_small.scene().group(publication, settings);
  }
  std::vector<gpu::EdgeBundle> identitiesOf(const RenderGroup& drawn) const {
    std::vector<gpu::EdgeBundle> bundles;
    for (const gpu::EdgeBundle& bundle : drawn.bundles) {
      if (bundle.firstValue == gpu::kNone) bundles.push_back(bundle);
    }
    return bundles;
  }
  const SmallNetwork m_small;
};

TEST_F(ResidualSceneTest, HasABundleForEachSummandWithAnEdgeANeuron) {
  const RenderGroup drawn = group(Quantity::contribution);
  const std::vector<gpu::EdgeBundle> bundles = identitiesOf(drawn);
  ASSERT_EQ(bundles.size(), 2U);
  EXPECT_EQ(drawn.bundles.size(), 3U + 2) << "dense layers 1, 2 and 5";
  const NetworkLayout& layout = m_small.scene().layout();
  const std::size_t from[] = {3, 1};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(bundles[i].source, layout.layers[from[i]].firstNode);
    EXPECT_EQ(bundles[i].target, layout.layers[4].firstNode);
    EXPECT_EQ(bundles[i].sources, 1U);
    EXPECT_EQ(bundles[i].targets, 12U);
    const gpu::RangeRequest& range = drawn.ranges[bundles[i].range];
    EXPECT_EQ(range.source, gpu::kActivations);
    EXPECT_EQ(range.firstValue, bundles[i].firstActivation);
    EXPECT_EQ(range.columns, 12U);
  }
  EXPECT_EQ(m_small.scene().edgeCount(), 4U * 12 + 12 * 12 + 12 * 2 + 2 * 12);
}

TEST_F(ResidualSceneTest, HasNoIdentitiesWhereTheirValuesWouldBeGradients) {
  EXPECT_EQ(identitiesOf(group(Quantity::weight)).size(), 2U);
  EXPECT_EQ(identitiesOf(group(Quantity::gradient)).size(), 0U);
}

TEST_F(ResidualSceneTest, OfAnIdentityTheNumbersAreTheValueThatIsPassedOn) {
  const RenderGroup drawn = group(Quantity::contribution);
  const gpu::EdgeBundle skip = identitiesOf(drawn)[1];
  Pick pick;
  pick.edge = edgeBetween(m_small.scene().layout(), skip.source + 7, skip.target + 7);
  ASSERT_TRUE(pick.edge);
  const std::vector<BufferRange> numbers = m_small.scene().numbersOf(pick, m_small.publication(), {});
  ASSERT_EQ(numbers.size(), 1U);
  EXPECT_EQ(numbers[0].offset, drawn.activations.offset + (skip.firstActivation + 7) * sizeof(float));
}

TEST_F(ResidualSceneTest, LooksAsItDid) {
  EXPECT_TRUE(looksLikeReference("residual", m_small.draw(device(), m_small.scene().layout()).view()));
}

TEST_F(NetworkSceneTest, LooksAsItDid) {
  EXPECT_TRUE(looksLikeReference("network", m_small.draw(device(), m_small.scene().layout()).view()));
}

class OtherLayout : public NetworkSceneTest, public testing::WithParamInterface<LayoutChoice> {};

TEST_P(OtherLayout, LooksAsItDid) {
  SmallNetwork small(device(), 2, 2);
  const NetworkFacts facts = factsOf(small.network().tensors(), small.network().connections(), 2, 2);
  small.changeTo(layOut(facts, GetParam()));
  const Picture picture = small.draw(device(), small.scene().layout());
  EXPECT_TRUE(looksLikeReference(GetParam().folded.empty() ? "ring" : "folded", picture.view()));
}

INSTANTIATE_TEST_SUITE_P(Layouts, OtherLayout,
                         testing::Values(LayoutChoice{LayoutKind::ring, {}},
                                         LayoutChoice{LayoutKind::layered, {1}}));

// What the GPU mixes: at the beginning of a change the picture is that of the layout before.
TEST_F(NetworkSceneTest, AChangeOfLayoutBeginsWithThePictureBefore) {
  SmallNetwork small(device(), 2, 2);
  const NetworkFacts facts = factsOf(small.network().tensors(), small.network().connections(), 2, 2);
  const auto pictureOf = [&](const NetworkLayout& seen) { return small.draw(device(), seen); };
  const auto differ = [](const Picture& a, const Picture& b) {
    return differenceOf(a.view(), b.view()).mean;
  };
  const NetworkLayout before = small.scene().layout(), after = layOut(facts, {LayoutKind::grid, {}});
  const Picture first = pictureOf(before);
  small.changeTo(after, 0);
  EXPECT_TRUE(small.scene().isChanging());
  EXPECT_LT(differ(pictureOf(before), first), 0.05);  // the middle of a matrix is rounded
  small.advance(0.4);
  EXPECT_GT(differ(pictureOf(before), first), 1);
  small.advance(1.0);
  EXPECT_FALSE(small.scene().isChanging());
  const Picture last = pictureOf(after);
  small.changeTo(before);
  small.changeTo(after);
  EXPECT_EQ(differ(pictureOf(after), last), 0) << "there and back";
}

// The whole: network, labels, head-up display and panels, on a stage without a window. The input stands
// behind the panel on purpose: neither it nor its name may shine through.
constexpr VkExtent2D kWhole{960, 540};

// RGBA; where the panel on the left ends goes to `freeLeft`, in pixels.
std::vector<std::byte> drawWhole(const gpu::Range& edgeRange, float notFinite, float& freeLeft) {
  setenv("CAJAL_VALIDATION", "sync", 0);
  constexpr VkExtent2D size = kWhole;
  Stage stage({.window = false, .size = size, .validation = true});
  const SmallNetwork small(stage.device(), 2, 2);
  StaticState fixed;
  fixed.dataName = "squares";
  fixed.classNames = {"yes", "no"};
  fixed.network = "4-3-2";
  fixed.shapes = {{1, 1, 4}, {1, 1, 3}, {1, 1, 2}};
  fixed.layerNames = {"input", "dense 3", "dense 2"};
  fixed.activations = {Activation::identity, Activation::relu, Activation::softmax};
  fixed.trainingExamples = fixed.testExamples = 100;
  fixed.backend = "processor";
  fixed.device = "device";
  fixed.bridge = "bridge";
  const std::vector<Metrics> curves{
      {1, 2.0, 0.1, 2.1, 0.1}, {100, 1.0, 0.6, 1.2, 0.55}, {200, 0.5, 0.9, 0.7, 0.8}};
  const std::vector<float> outputs{0.25f, 0.75f};
  ViewerState state{.fixed = fixed,
                    .facts = {},
                    .isRunning = true,
                    .haltedReason = {},
                    .curves = curves,
                    .price = {},
                    .edges = small.scene().account({.sampling = EdgeSampling::exact}),
                    .edgeRange = edgeRange,
                    .edgesNotFinite = notFinite,
                    .outputs = outputs,
                    .recording = {}};
  state.facts.step = 12'345;
  state.facts.batchSize = 10;

  ViewSettings settings;
  settings.sampling = EdgeSampling::exact;
  const PanelLayout panels = placePanels({size.width, size.height}, 1);
  freeLeft = panels.coveredLeft;
  std::vector<std::byte> rgba;
  for (int frame = 0; frame < 16; ++frame) {
    RenderScene scene = small.render(settings);
    SmallNetwork::look(scene, small.scene().layout(), 960.0f / 540);
    scene.view.left = static_cast<gpu::uint>(panels.coveredLeft);
    scene.coveredColor = appearance::kDark.panel;
    const LabelView view{scene.view.viewProjection,
                         scene.view.cameraPosition,
                         {size.width, size.height},
                         panels.coveredLeft,
                         panels.coveredRight};
    Stage::FrameWork work;
    work.scene = &scene;
    work.capture = frame == 15;
    work.drawUi = [&] {
      drawNetworkLabels(stage.ui(), small.scene().layout(), state, settings,
                        drawHeadUp(stage.ui(), state, settings, view));
      ActionList actions;
      drawPanels(state, settings, panels, actions);
    };
    EXPECT_EQ(stage.draw(std::move(work)), FrameOutcome::drawn);
  }
  stage.takeCaptures([&](std::span<const std::byte> taken, VkExtent2D,
                         std::uint64_t) { rgba.assign(taken.begin(), taken.end()); },
                     true);
  EXPECT_EQ(rgba.size(), std::size_t{4} * size.width * size.height);
  for (const std::string& message : stage.instance().validationMessages().texts) ADD_FAILURE() << message;
  return rgba;
}

TEST(WholePicture, LooksAsItDid) {
  float freeLeft = 0;
  const std::vector<std::byte> rgba = drawWhole({.end = 1, .meanLight = 1}, 0, freeLeft);
  EXPECT_TRUE(looksLikeReference("whole",
                                 {static_cast<int>(kWhole.width), static_cast<int>(kWhole.height), 4, rgba}));
}

// Pixels in a part of such a picture that have much red, and in `magenta` hardly any green besides.
struct Seen {
  int bright = 0, magenta = 0;
};
Seen seenIn(const std::vector<std::byte>& rgba, float left, float right, std::size_t top,
            std::size_t bottom) {
  Seen seen;
  for (std::size_t y = top; y < bottom; ++y) {
    for (auto x = static_cast<std::size_t>(left); x < static_cast<std::size_t>(right); ++x) {
      const std::byte* const pixel = rgba.data() + 4 * (y * kWhole.width + x);
      const int red = static_cast<int>(pixel[0]), green = static_cast<int>(pixel[1]);
      seen.bright += red > 100;
      seen.magenta += red > 100 && green < red / 3;
    }
  }
  return seen;
}

TEST(WholePicture, SaysWhatIsNotFiniteAndGivesNoScaleOfIt) {
  float left = 0;
  const std::vector<std::byte> whole = drawWhole({.end = 1, .meanLight = 1}, 0, left),
                               some = drawWhole({.end = 1, .meanLight = 1, .notFinite = 0.5f}, 0.5f, left),
                               all = drawWhole({.end = 1e-12f, .notFinite = 1}, 1, left);
  // The colour bar begins 24 pixels from the panel, is 190 long and ends 45 above the lower edge.
  const auto number = [&](const auto& rgba) { return seenIn(rgba, left + 24, left + 64, 497, 515).bright; };
  const auto stripes = [&](const auto& rgba) {
    return seenIn(rgba, left + 220, left + 270, 484, 498).magenta;
  };
  const auto words = [&](const auto& rgba) { return seenIn(rgba, left + 24, 700, 30, 80).magenta; };
  EXPECT_GT(number(whole), 0);
  EXPECT_EQ(number(some), number(whole));
  EXPECT_EQ(number(all), 0);
  EXPECT_EQ(stripes(whole), 0);
  EXPECT_GT(stripes(some), 50);
  EXPECT_GT(stripes(all), 50);
  EXPECT_EQ(words(whole), 0);
  EXPECT_GT(words(some), 30);
  EXPECT_GT(words(all), 30);
}

}  // namespace
}  // namespace cajal::test
