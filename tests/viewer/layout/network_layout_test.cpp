#include "viewer/layout/network_layout.h"

#include "tests/viewer/layout/networks.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace cajal::test {
namespace {

std::vector<glm::vec3> nodesOf(const NetworkLayout& layout, std::size_t layer) {
  const auto first = layout.nodes.begin() + static_cast<std::ptrdiff_t>(layout.layers[layer].firstNode);
  return {first, first + static_cast<std::ptrdiff_t>(layout.layers[layer].count)};
}

// A dense network whose input is a picture, where its size is the number of inputs.
NetworkLayout layOutDense(const std::vector<std::size_t>& widths, std::size_t imageRows = 0,
                          std::size_t imageColumns = 0) {
  std::vector<ExampleShape> shapes;
  for (const std::size_t width : widths) shapes.push_back(neurons(width));
  if (imageRows * imageColumns == widths[0]) shapes[0] = {imageRows, imageColumns, 1};
  return layOut(denseInARow(shapes));
}

// Calls `expect` with layouts of networks in a row; what fails names its widths.
void inSeveralNetworks(
    const std::function<void(const std::vector<std::size_t>& widths, const NetworkLayout&)>& expect) {
  struct Shape {
    std::vector<std::size_t> widths;
    std::size_t imageRows = 0, imageColumns = 0;
  };
  for (const auto& [widths, rows, columns] :
       {Shape{{1, 1}}, Shape{{2, 8, 8, 2}}, Shape{{784, 128, 64, 10}, 28, 28}, Shape{{784, 128, 10}},
        Shape{{16, 17, 16, 17, 1}}, Shape{{3, 30'000, 2}}, Shape{{30'000, 1}}, Shape{{12, 1000, 1, 5}, 3, 4},
        Shape{std::vector<std::size_t>(40, 20)}}) {
    SCOPED_TRACE(testing::PrintToString(widths));
    expect(widths, layOutDense(widths, rows, columns));
  }
}

TEST(Layout, NoTwoNeuronsOfALayerTouch) {
  inSeveralNetworks([](const auto& widths, const NetworkLayout& layout) {
    for (std::size_t l = 0; l < widths.size(); ++l) {
      // Sorted by row, then by column: two neurons that are close are neighbours in one of the two orders.
      const auto nearest = [&](int first, int second) {
        std::vector<glm::vec3> nodes = nodesOf(layout, l);
        ASSERT_EQ(nodes.size(), widths[l]);
        std::sort(nodes.begin(), nodes.end(), [&](const glm::vec3& a, const glm::vec3& b) {
          return std::pair(a[first], a[second]) < std::pair(b[first], b[second]);
        });
        for (std::size_t i = 1; i < nodes.size(); ++i)
          ASSERT_GT(glm::distance(nodes[i - 1], nodes[i]), 2 * layout.layers[l].radius);
      };
      nearest(1, 2);
      nearest(2, 1);
    }
  });
}

TEST(Layout, LayersFollowEachOtherAlongXWithoutOverlap) {
  inSeveralNetworks([](const auto& widths, const NetworkLayout& layout) {
    for (std::size_t l = 1; l < widths.size(); ++l)
      EXPECT_GT(layout.layers[l].box.low.x, layout.layers[l - 1].box.high.x);
  });
}

TEST(Layout, NoLayerIsHigherOrWiderThanTheirCommonHeight) {
  inSeveralNetworks([](const auto&, const NetworkLayout& layout) {
    for (const LayerLayout& layer : layout.layers) {
      // Spacing times rows, and a corner minus a corner: a few roundings.
      EXPECT_LE(std::max(layer.box.size().y, layer.box.size().z), kLayerHeight * 1.00001f);
    }
  });
}

TEST(Layout, MatricesHangClearOfLayersAndOfEachOther) {
  inSeveralNetworks([](const auto& widths, const NetworkLayout& layout) {
    ASSERT_EQ(layout.matrices.size() + 1, widths.size());
    for (std::size_t m = 0; m < layout.matrices.size(); ++m) {
      const MatrixLayout& matrix = layout.matrices[m];
      EXPECT_EQ(matrix.rows, widths[m + 1]);
      EXPECT_EQ(matrix.columns, widths[m]);
      EXPECT_EQ(matrix.from, m);
      EXPECT_EQ(matrix.to, m + 1);
      for (const LayerLayout& layer : layout.layers) EXPECT_FALSE(overlap(matrix.box, layer.box));
      for (std::size_t other = 0; other < m; ++other)
        EXPECT_FALSE(overlap(matrix.box, layout.matrices[other].box));
    }
  });
}

TEST(Layout, NeuronsAreInTheirLayersBoxAndEverythingIsInTheNetworks) {
  const auto contains = [](const Box& box, const glm::vec3& low, const glm::vec3& high) {
    return glm::all(glm::lessThanEqual(box.low, low)) && glm::all(glm::lessThanEqual(high, box.high));
  };
  inSeveralNetworks([&](const auto& widths, const NetworkLayout& layout) {
    for (std::size_t l = 0; l < widths.size(); ++l) {
      for (const glm::vec3& node : nodesOf(layout, l))
        ASSERT_TRUE(contains(layout.layers[l].box, node, node));
      EXPECT_TRUE(contains(layout.box, layout.layers[l].box.low, layout.layers[l].box.high));
    }
    for (const MatrixLayout& matrix : layout.matrices)
      EXPECT_TRUE(contains(layout.box, matrix.box.low, matrix.box.high));
  });
}

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
    // Pixel (0, 0) of a channel stands half a pixel inside its picture's corner; so does its last pixel.
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

TEST(LayoutOfAConvolution, HangsItsMatrixAndAPoolHasNone) {
  const NetworkLayout layout = layOut(
      inARow({{{8, 8, 1}}, {{8, 8, 4}, 4, 9, convolution(1, 4, 3)}, {{4, 4, 4}}, {{1, 1, 2}, 2, 64, {}}}));
  ASSERT_EQ(layout.matrices.size(), 2u);
  EXPECT_TRUE(layout.matrices[0].showsKernels());
  EXPECT_FALSE(layout.matrices[1].showsKernels());
  EXPECT_EQ(layout.matrices[0].to, 1u);
  EXPECT_EQ(layout.matrices[1].to, 3u);
}

// Calls `expect` with kernels of several sizes and numbers, laid out; what fails names them.
void withSeveralKernels(const std::function<void(const Convolution&, const MatrixLayout&)>& expect) {
  for (const Convolution& each :
       {convolution(1, 8, 3), convolution(3, 16, 5), convolution(32, 4, 3), convolution(1, 1, 7),
        convolution(6, 6, 3, 6), convolution(4, 8, 1), convolution(7, 1, 3), convolution(48, 64, 3)}) {
    SCOPED_TRACE(fmt::format("{} of {} channels, {} x {}", each.outputs, each.window.input.channels,
                             each.window.size, each.window.size));
    expect(each, layOutConvolution(each).matrices[0]);
  }
}

TEST(LayoutOfKernels, EveryCellIsFoundWhereItIsAndNowhereElse) {
  withSeveralKernels([](const Convolution&, const MatrixLayout& matrix) {
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
  });
}

// Top left is what the kernel makes of the pixel above and left: (out, row, column, channel) in memory.
TEST(LayoutOfKernels, AKernelIsAPictureOfItsTaps) {
  withSeveralKernels([](const Convolution& convolution, const MatrixLayout& matrix) {
    if (!matrix.showsKernels()) return;
    const std::size_t inputs = convolution.inputsPerGroup(), output = convolution.outputs - 1;
    const auto [low, high] = matrix.kernel(output, inputs - 1);
    EXPECT_EQ(matrix.cellAt(low + 1e-4f), std::pair(output, inputs - 1));
    EXPECT_EQ(matrix.cellAt(high - 1e-4f), std::pair(output, matrix.columns - 1));
  });
}

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
