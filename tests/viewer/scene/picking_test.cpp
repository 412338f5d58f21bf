#include "viewer/scene/picking.h"

#include "tests/viewer/layout/networks.h"

#include <gtest/gtest.h>

#include "engine/camera/camera.h"
#include "viewer/layout/force.h"

namespace cajal::test {
namespace {

constexpr glm::vec2 kViewport{1280, 720};

// Pixels, a grid of spheres, pictures of three channels, a column.
NetworkLayout mixedLayout(const LayoutChoice& choice = {}) {
  NetworkLayout layout = layOut(denseInARow({{28, 28, 1}, {1, 1, 128}, {9, 9, 3}, {1, 1, 10}}), choice);
  if (choice.kind == LayoutKind::force) settle(layout, {});
  return layout;
}

struct Eye {
  glm::mat4 viewProjection{1.0f};
  float unitsPerPixel = 0;

  Eye(glm::vec3 position, glm::vec3 target) {
    const Camera camera = lookAt(position, target, 0.6f);
    viewProjection = camera.projection(kViewport.x / kViewport.y) * camera.view();
    unitsPerPixel = 2.0f * std::tan(0.3f) / kViewport.y;
  }
  Pick at(const NetworkLayout& layout, glm::vec3 point) const {
    glm::vec2 pixel;
    EXPECT_TRUE(projectToPixels(viewProjection, kViewport, point, pixel));
    return pickUnder(rayThrough(viewProjection, kViewport, pixel), layout, unitsPerPixel, true);
  }
};

// From just before the layer nothing stands in between: each neuron is found at its own place.
TEST(Picking, FindsEveryNeuronOfEveryKindOfLayer) {
  const NetworkLayout layout = mixedLayout();
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    const glm::vec3 center = layout.layers[l].center;
    for (const glm::vec3& aside : {glm::vec3(-25, 0, 0), glm::vec3(20, 8, 15), glm::vec3(-12, -20, 3)}) {
      const Eye eye(center + aside, center);
      for (std::size_t i = 0; i < layout.layers[l].count; i += 7) {
        // The middle of a pixel of an image; of a sphere what is nearest to the eye.
        const Pick pick = eye.at(layout, layout.node(l, i));
        ASSERT_TRUE(pick.neuron) << "layer " << l << ", neuron " << i;
        EXPECT_EQ(pick.neuron->layer, l);
        EXPECT_EQ(pick.neuron->index, i) << "layer " << l;
      }
    }
  }
}

class PickingIn : public testing::TestWithParam<LayoutKind> {};

// From close before it, on either side, so that nothing stands in between but neurons of the same layer: of
// these the nearer may be in the way where they stand in no rows.
TEST_P(PickingIn, FindsNeuronsWhereTheyAreDrawn) {
  for (const std::set<std::size_t>& folded : {std::set<std::size_t>{}, {1, 2}, {0, 3}}) {
    const NetworkLayout layout = mixedLayout({GetParam(), folded});
    for (std::size_t l = 0; l < layout.layers.size(); ++l) {
      const LayerLayout& layer = layout.layers[l];
      for (std::size_t i = 0; i < layer.count; i += 7) {
        const glm::vec3 node = layout.node(l, i);
        for (const float side : {-1.0f, 1.0f}) {
          const glm::vec3 aside = 1.2f * side * layer.normal + 0.1f * layer.right;
          const Eye eye(node + aside, node);
          const Pick pick = eye.at(layout, node);
          ASSERT_TRUE(pick.neuron) << "layer " << l << ", neuron " << i;
          if (layer.isScattered && pick.neuron->index != i) continue;
          EXPECT_EQ(*pick.neuron, (NeuronPlace{l, i}));
        }
      }
    }
  }
}

// From where the program puts the eye: what is found lies under the pointer, and no further than the neuron.
TEST_P(PickingIn, FindsFromAfarTheNeuronOrWhatHidesIt) {
  const NetworkLayout layout = mixedLayout({GetParam(), {}});
  const Camera camera =
      framePoints(framingPoints(layout), layout.seenFrom, kViewport.x / kViewport.y, 0.6f, 0.9f);
  const Eye eye(camera.position, camera.position + camera.forward());
  std::size_t found = 0, all = 0;
  for (std::size_t l = 0; l < layout.layers.size(); ++l) {
    for (std::size_t i = 0; i < layout.layers[l].count; i += 5) {
      const glm::vec3 node = layout.node(l, i);
      const Pick pick = eye.at(layout, node);
      ASSERT_FALSE(pick.isNothing()) << "layer " << l << ", neuron " << i;
      EXPECT_LE(pick.distance, glm::distance(node, camera.position) + 1e-2f);
      found += pick.neuron == NeuronPlace{l, i};
      ++all;
    }
  }
  EXPECT_GT(found, all / 2);
}

INSTANTIATE_TEST_SUITE_P(Layouts, PickingIn, testing::ValuesIn(kLayoutKinds),
                         [](const auto& tested) { return std::string(name(tested.param)); });

TEST(Picking, OfABlockFindsNoNeuronThatItDoesNotHave) {
  // 10 neurons in rows of 3: the last row has one.
  const NetworkLayout layout = mixedLayout({LayoutKind::layered, {3}});
  const LayerLayout& block = layout.layers[3];
  ASSERT_EQ(block.columns, 3u);
  const glm::vec3 beside = block.place(9) + block.spacing * block.right;
  const Eye eye(beside + glm::vec3(5, 0, 0), beside);
  const Pick pick = eye.at(layout, beside);
  EXPECT_FALSE(pick.neuron && pick.neuron->layer == 3) << pick.neuron->index;
}

TEST(Picking, LookingAlongALayerTheFirstSphereHidesTheOthers) {
  const NetworkLayout layout = layOut(denseInARow({{1, 1, 9}, {1, 1, 64}, {1, 1, 2}}));
  const LayerLayout& layer = layout.layers[1];
  const glm::vec3 first = layout.node(1, 0), last = layout.node(1, layer.columns - 1);
  const Eye eye(first - glm::vec3(0, 0, 20), last);
  const Pick pick = eye.at(layout, last);
  ASSERT_TRUE(pick.neuron);
  EXPECT_EQ(*pick.neuron, (NeuronPlace{1, 0}));
}

TEST(Picking, FindsTheCellOfAMatrix) {
  const NetworkLayout layout = mixedLayout();
  const MatrixLayout& matrix = layout.matrices[1];
  const glm::vec3 middle = matrix.origin + 0.5f * (matrix.across + matrix.down);
  const Eye eye(middle + glm::vec3(1, 6, 14), middle);
  for (std::size_t row = 0; row < matrix.rows; row += 17) {
    for (std::size_t column = 0; column < matrix.columns; column += 11) {
      const glm::vec3 cell =
          matrix.origin +
          matrix.across * ((static_cast<float>(column) + 0.5f) / static_cast<float>(matrix.columns)) +
          matrix.down * ((static_cast<float>(row) + 0.5f) / static_cast<float>(matrix.rows));
      const Pick pick = eye.at(layout, cell);
      ASSERT_TRUE(pick.cell);
      EXPECT_EQ(*pick.cell, (CellPlace{1, row, column}));
    }
  }
}

TEST(Picking, WhatIsHiddenIsNotPicked) {
  const NetworkLayout layout = mixedLayout();
  const MatrixLayout& matrix = layout.matrices[0];
  const glm::vec3 middle = matrix.origin + 0.5f * (matrix.across + matrix.down);
  const Eye eye(middle + glm::vec3(0, 6, 14), middle);
  glm::vec2 pixel;
  projectToPixels(eye.viewProjection, kViewport, middle, pixel);
  const Ray ray = rayThrough(eye.viewProjection, kViewport, pixel);
  EXPECT_TRUE(pickUnder(ray, layout, eye.unitsPerPixel, true).cell);
  EXPECT_FALSE(pickUnder(ray, layout, eye.unitsPerPixel, false).cell);
}

TEST(Picking, BetweenNeuronsAndBehindTheEyeThereIsNothing) {
  const NetworkLayout layout = mixedLayout();
  const glm::vec3 gap = 0.5f * (layout.node(3, 4) + layout.node(3, 5));
  const Eye near(layout.layers[3].center + glm::vec3(20, 0, 0), layout.layers[3].center);
  EXPECT_FALSE(near.at(layout, gap).neuron && near.at(layout, gap).neuron->layer == 3);
  const Eye away(glm::vec3(-50, 0, 0), glm::vec3(-100, 0, 0));
  EXPECT_TRUE(away.at(layout, glm::vec3(-80, 1, 1)).isNothing());
}

// A neuron that is drawn a pixel large can be hit where it is drawn.
TEST(Picking, FarAwayASphereIsAsLargeAsItIsDrawn) {
  const NetworkLayout layout = layOut(denseInARow({{1, 1, 4}, {1, 1, 2000}, {1, 1, 2}}));
  const glm::vec3 neuron = layout.node(1, 777);
  const Eye eye(neuron + glm::vec3(-200, 0, 0), neuron);
  const glm::vec3 pixelAside(0, eye.unitsPerPixel * 200, 0);
  EXPECT_GT(pixelAside.y, layout.layers[1].radius);
  const Pick pick = eye.at(layout, neuron + pixelAside);
  ASSERT_TRUE(pick.neuron);
  EXPECT_EQ(*pick.neuron, (NeuronPlace{1, 777}));
}

}  // namespace
}  // namespace cajal::test
