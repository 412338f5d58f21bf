#include "viewer/layout/network_layout.h"

#include "tests/viewer/layout/networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cajal::test {
namespace {

std::vector<glm::vec3> nodesOf(const NetworkLayout& layout, std::size_t layer) {
  const auto first = layout.nodes.begin() + static_cast<std::ptrdiff_t>(layout.layers[layer].firstNode);
  return {first, first + static_cast<std::ptrdiff_t>(layout.layers[layer].count)};
}

bool overlap(const Box& a, const Box& b) {
  return glm::all(glm::lessThan(a.low, b.high)) && glm::all(glm::lessThan(b.low, a.high));
}

// A dense network: rows of neurons, every two joined by a matrix.
NetworkLayout layOutDense(const std::vector<std::size_t>& widths, std::size_t imageRows = 0,
                          std::size_t imageColumns = 0) {
  std::vector<ChainLayer> layers;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    layers.push_back({{1, 1, widths[l]}});
    if (l > 0) layers.back() = {{1, 1, widths[l]}, widths[l], widths[l - 1], {}};
  }
  if (imageRows * imageColumns == widths[0]) layers[0].values = {imageRows, imageColumns, 1};
  return layOut(inARow(layers));
}

struct Shape {
  std::vector<std::size_t> widths;
  std::size_t imageRows = 0, imageColumns = 0;
};

class Layout : public testing::TestWithParam<Shape> {
 protected:
  const NetworkLayout m_layout =
      layOutDense(GetParam().widths, GetParam().imageRows, GetParam().imageColumns);
};

TEST_P(Layout, GivesEveryNeuronAPlace) {
  ASSERT_EQ(m_layout.layers.size(), GetParam().widths.size());
  std::size_t count = 0;
  for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
    EXPECT_EQ(m_layout.layers[l].firstNode, count);
    EXPECT_EQ(m_layout.layers[l].count, GetParam().widths[l]);
    count += GetParam().widths[l];
  }
  EXPECT_EQ(m_layout.nodes.size(), count);
  for (const glm::vec3& node : m_layout.nodes)
    ASSERT_TRUE(std::isfinite(node.x) && std::isfinite(node.y) && std::isfinite(node.z));
}

TEST_P(Layout, NoTwoNeuronsOfALayerTouch) {
  for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
    // Sorted by row, then by column: whoever is near somebody is his neighbour in the one or the other order.
    std::vector<glm::vec3> nodes = nodesOf(m_layout, l);
    const auto nearest = [](const std::vector<glm::vec3>& sorted) {
      float least = 1e9f;
      for (std::size_t i = 1; i < sorted.size(); ++i)
        least = std::min(least, glm::distance(sorted[i - 1], sorted[i]));
      return least;
    };
    std::sort(nodes.begin(), nodes.end(), [](auto a, auto b) { return a.y != b.y ? a.y < b.y : a.z < b.z; });
    EXPECT_GT(nearest(nodes), 2 * m_layout.layers[l].radius);
    std::sort(nodes.begin(), nodes.end(), [](auto a, auto b) { return a.z != b.z ? a.z < b.z : a.y < b.y; });
    EXPECT_GT(nearest(nodes), 2 * m_layout.layers[l].radius);
  }
}

TEST_P(Layout, LayersFollowEachOtherAlongXWithoutOverlap) {
  for (std::size_t l = 1; l < m_layout.layers.size(); ++l)
    EXPECT_GT(m_layout.layers[l].box.low.x, m_layout.layers[l - 1].box.high.x);
}

TEST_P(Layout, NeuronsStandInTheirLayersBox) {
  for (std::size_t l = 0; l < m_layout.layers.size(); ++l) {
    const Box& box = m_layout.layers[l].box;
    for (const glm::vec3& node : nodesOf(m_layout, l)) {
      ASSERT_TRUE(glm::all(glm::lessThanEqual(box.low, node)) &&
                  glm::all(glm::lessThanEqual(node, box.high)));
    }
  }
}

TEST_P(Layout, NoLayerIsHigherOrWiderThanTheirCommonHeight) {
  for (const LayerLayout& layer : m_layout.layers) {
    // Spacing times rows, and a corner minus a corner: a few roundings.
    EXPECT_LE(std::max(layer.box.size().y, layer.box.size().z), kLayerHeight * 1.00001f);
  }
}

TEST_P(Layout, MatricesHangClearOfLayersAndOfEachOther) {
  ASSERT_EQ(m_layout.matrices.size() + 1, m_layout.layers.size());
  for (std::size_t m = 0; m < m_layout.matrices.size(); ++m) {
    const MatrixLayout& matrix = m_layout.matrices[m];
    EXPECT_EQ(matrix.rows, GetParam().widths[m + 1]);
    EXPECT_EQ(matrix.columns, GetParam().widths[m]);
    EXPECT_EQ(matrix.from, m);
    EXPECT_EQ(matrix.to, m + 1);
    for (const LayerLayout& layer : m_layout.layers) EXPECT_FALSE(overlap(matrix.box, layer.box));
    for (std::size_t other = 0; other < m; ++other)
      EXPECT_FALSE(overlap(matrix.box, m_layout.matrices[other].box));
  }
}

TEST_P(Layout, EverythingIsInTheNetworksBox) {
  const auto contains = [&](const Box& box) {
    return glm::all(glm::lessThanEqual(m_layout.box.low, box.low)) &&
           glm::all(glm::lessThanEqual(box.high, m_layout.box.high));
  };
  for (const LayerLayout& layer : m_layout.layers) EXPECT_TRUE(contains(layer.box));
  for (const MatrixLayout& matrix : m_layout.matrices) EXPECT_TRUE(contains(matrix.box));
}

TEST_P(Layout, IsTheSameEveryTime) {
  const NetworkLayout again = layOutDense(GetParam().widths, GetParam().imageRows, GetParam().imageColumns);
  EXPECT_EQ(again.nodes, m_layout.nodes);
}

INSTANTIATE_TEST_SUITE_P(Networks, Layout,
                         testing::Values(Shape{{1, 1}}, Shape{{2, 8, 8, 2}},
                                         Shape{{784, 128, 64, 10}, 28, 28}, Shape{{784, 128, 10}},
                                         Shape{{16, 17, 16, 17, 1}}, Shape{{3, 30'000, 2}},
                                         Shape{{30'000, 1}}, Shape{{12, 1000, 1, 5}, 3, 4},
                                         Shape{std::vector<std::size_t>(40, 20)}));

// ---- forms ----

TEST(LayoutOfAnImage, HasItsFirstPixelAtTheTopLeftSeenFromTheInputSide) {
  const NetworkLayout layout = layOutDense({12, 4}, 3, 4);
  EXPECT_EQ(layout.layers[0].form, LayerForm::image);
  // Seen from -X, +Z is to the right and +Y up.
  const glm::vec3 first = layout.node(0, 0), right = layout.node(0, 1), below = layout.node(0, 4);
  EXPECT_GT(right.z, first.z);
  EXPECT_EQ(right.y, first.y);
  EXPECT_LT(below.y, first.y);
  EXPECT_EQ(below.z, first.z);
}

TEST(LayoutOfAnImage, HasOneUnitBetweenPixelsAt28) {
  const NetworkLayout layout = layOutDense({784, 10}, 28, 28);
  EXPECT_FLOAT_EQ(layout.layers[0].spacing, 1);
}

TEST(LayoutOfAnImage, IsNoneWhereItsSizeIsAnotherOrItIsNotTheInput) {
  EXPECT_NE(layOutDense({13, 4}, 3, 4).layers[0].form, LayerForm::image);
  EXPECT_NE(layOutDense({12, 12, 4}, 3, 4).layers[1].form, LayerForm::image);
}

TEST(LayoutOfFewNeurons, IsAColumnFromTopToBottom) {
  const NetworkLayout layout = layOutDense({4, 10}, 0, 0);
  EXPECT_EQ(layout.layers[1].form, LayerForm::column);
  for (std::size_t i = 1; i < 10; ++i) {
    EXPECT_LT(layout.node(1, i).y, layout.node(1, i - 1).y);
    EXPECT_EQ(layout.node(1, i).z, layout.node(1, 0).z);
  }
}

TEST(LayoutOfManyNeurons, IsAGridHigherThanWide) {
  const NetworkLayout layout = layOutDense({4, 128, 2}, 0, 0);
  EXPECT_EQ(layout.layers[1].form, LayerForm::grid);
  EXPECT_GT(layout.layers[1].rows, layout.layers[1].columns);
  EXPECT_GE(layout.layers[1].rows * layout.layers[1].columns, 128U);
}

TEST(FramingPoints, HoldEveryLayerAndLeaveRoomAboveIt) {
  const NetworkLayout layout = layOutDense({784, 128, 64, 10}, 28, 28);
  const std::vector<glm::vec3> points = framingPoints(layout);
  float highest = -1e9f, nearest = 1e9f, furthest = -1e9f;
  for (const glm::vec3& point : points) {
    highest = std::max(highest, point.y);
    nearest = std::min(nearest, point.x);
    furthest = std::max(furthest, point.x);
  }
  EXPECT_GT(highest, layout.layers[0].box.high.y);
  EXPECT_LE(nearest, layout.box.low.x);
  EXPECT_GE(furthest, layout.layers.back().box.high.x);
}

// ---- images with channels ----

TEST(LayoutOfFeatureMaps, GivesEachChannelAPictureOfItsOwn) {
  const NetworkLayout layout = layOut(inARow({{{4, 5, 6}}, {{1, 1, 2}, 2, 120, {}}}));
  const LayerLayout& layer = layout.layers[0];
  EXPECT_EQ(layer.form, LayerForm::image);
  EXPECT_GE(layer.mapRows * layer.mapColumns, 6u);
  for (std::size_t channel = 0; channel < 6; ++channel) {
    // Pixel (0, 0) of a channel stands half a pixel inside its picture's corner; its last pixel likewise.
    const glm::vec3 first = layout.node(0, channel), last = layout.node(0, 19 * 6 + channel);
    const glm::vec3 corner = layer.mapOrigin(channel);
    EXPECT_NEAR(first.y, corner.y - 0.5f * layer.spacing, 1e-4);
    EXPECT_NEAR(last.y, corner.y - 3.5f * layer.spacing, 1e-4);
    EXPECT_NEAR(last.z, corner.z + 4.5f * layer.spacing, 1e-4);
  }
}

TEST(LayoutOfFeatureMaps, PicturesDoNotTouch) {
  const NetworkLayout layout = layOut(inARow({{{3, 3, 7}}, {{1, 1, 2}, 2, 63, {}}}));
  for (std::size_t a = 0; a < layout.layers[0].count; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_GT(glm::distance(layout.node(0, a), layout.node(0, b)), 0.99f * layout.layers[0].spacing);
    }
  }
}

Convolution convolution(std::size_t inputs, std::size_t outputs, std::size_t size, std::size_t groups = 1) {
  return {{{8, 8, inputs}, size, 1, size / 2}, outputs, groups};
}

NetworkLayout withKernels(const Convolution& convolution) {
  const ExampleShape &before = convolution.window.input, after = convolution.output();
  return layOut(
      inARow({{before}, {after, convolution.outputs, convolution.taps(), convolution}, {{1, 1, 2}}}));
}

TEST(LayoutOfAConvolution, HangsItsMatrixAndAPoolHasNone) {
  const NetworkLayout layout = layOut(
      inARow({{{8, 8, 1}}, {{8, 8, 4}, 4, 9, convolution(1, 4, 3)}, {{4, 4, 4}}, {{1, 1, 2}, 2, 64, {}}}));
  ASSERT_EQ(layout.matrices.size(), 2u);
  EXPECT_TRUE(layout.matrices[0].showsKernels());
  EXPECT_FALSE(layout.matrices[1].showsKernels());
  EXPECT_EQ(layout.matrices[0].to, 1u);
  EXPECT_EQ(layout.matrices[1].to, 3u);
}

class LayoutOfKernels : public testing::TestWithParam<Convolution> {};

TEST_P(LayoutOfKernels, EveryCellIsFoundWhereItIsAndNowhereElse) {
  const NetworkLayout layout = withKernels(GetParam());
  const MatrixLayout& matrix = layout.matrices[0];
  std::size_t found = 0;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t column = 0; column < matrix.columns; ++column) {
      const auto [low, high] = matrix.cell(row, column);
      EXPECT_EQ(matrix.cellAt(0.5f * (low + high)), std::pair(row, column));
      EXPECT_GE(std::min(low.x, low.y), 0.0f);
      EXPECT_LE(std::max(high.x, high.y), 1.0001f);
    }
  }
  const glm::vec2 cells = matrix.cellsAcrossAndDown();
  for (float y = 0.5f; y < cells.y; ++y)
    for (float x = 0.5f; x < cells.x; ++x) found += matrix.cellAt(glm::vec2(x, y) / cells).has_value();
  EXPECT_EQ(found, matrix.rows * matrix.columns);
}

// Top left is what the kernel makes of the pixel above and left: (out, row, column, channel) in memory.
TEST_P(LayoutOfKernels, AKernelIsAPictureOfItsTaps) {
  const Convolution& convolution = GetParam();
  const NetworkLayout layout = withKernels(convolution);
  const MatrixLayout& matrix = layout.matrices[0];
  if (!matrix.showsKernels()) return;
  const std::size_t inputs = convolution.inputsPerGroup(), output = convolution.outputs - 1;
  const auto [low, high] = matrix.kernel(output, inputs - 1);
  EXPECT_EQ(matrix.cellAt(low + 1e-4f), std::pair(output, inputs - 1));
  EXPECT_EQ(matrix.cellAt(high - 1e-4f), std::pair(output, matrix.columns - 1));
}

INSTANTIATE_TEST_SUITE_P(Kernels, LayoutOfKernels,
                         testing::Values(convolution(1, 8, 3), convolution(3, 16, 5), convolution(32, 4, 3),
                                         convolution(1, 1, 7), convolution(6, 6, 3, 6), convolution(4, 8, 1),
                                         convolution(7, 1, 3), convolution(48, 64, 3)));

// ---- what a network's tensors say of its layers ----

std::vector<TensorView> inputOf(std::size_t values) {
  TensorView input;
  input.name = "input";
  input.role = TensorRole::activation;
  input.shape = {{values}};
  input.arena = ArenaKind::activations;
  return {input};
}

TEST(LayersOf, AnInputThatIsAPictureIsOne) {
  EXPECT_EQ(factsOf(inputOf(784), {}, 28, 28).layers.front(), (ExampleShape{28, 28, 1}));
  EXPECT_EQ(factsOf(inputOf(784), {}, 0, 0).layers.front(), (ExampleShape{1, 1, 784}));
  EXPECT_EQ(factsOf(inputOf(785), {}, 28, 28).layers.front(), (ExampleShape{1, 1, 785}));
}

TEST(LayersOf, AColourPictureIsOnePictureAColour) {
  EXPECT_EQ(factsOf(inputOf(8 * 6 * 3), {}, 8, 6).layers.front(), (ExampleShape{8, 6, 3}));
}

}  // namespace
}  // namespace cajal::test
