#include "viewer/scene/held_matrix.h"

#include "tests/viewer/layout/networks.h"

#include <gtest/gtest.h>

namespace cajal::test {
namespace {

constexpr glm::vec2 kViewport{1280, 720};

NetworkLayout digitsLayout() {
  return layOut(denseInARow({{28, 28, 1}, neurons(128), neurons(10)}));
}

LabelView viewOf(float freeLeft = 0) {
  LabelView view;
  view.viewport = kViewport;
  view.freeLeft = freeLeft;
  return view;
}

ViewSettings holding(std::size_t layer) {
  ViewSettings settings;
  settings.heldLayer = layer;
  return settings;
}

TEST(HeldMatrices, NoneIsHeldUnlessAskedFor) {
  EXPECT_FALSE(heldMatrix(digitsLayout(), {}, viewOf()));
  EXPECT_FALSE(heldMatrix(digitsLayout(), holding(7), viewOf()));
}

TEST(HeldMatrices, StandInThePictureBesideThePanels) {
  for (const std::size_t layer : {1, 2}) {
    const auto held = heldMatrix(digitsLayout(), holding(layer), viewOf(300));
    ASSERT_TRUE(held);
    EXPECT_GT(held->low.x, 300);
    EXPECT_GT(held->low.y, 0);
    EXPECT_LT(held->high.x, kViewport.x);
    EXPECT_LT(held->high.y, kViewport.y);
    EXPECT_GT(held->high.x - held->low.x, 100);
    EXPECT_GT(held->high.y - held->low.y, 100);
  }
}

TEST(HeldMatrices, EachPixelBelongsToItsCell) {
  const NetworkLayout layout = digitsLayout();
  const auto held = heldMatrix(layout, holding(2), viewOf());  // 10 x 128
  ASSERT_TRUE(held);
  const glm::vec2 size = held->high - held->low;
  EXPECT_EQ(held->cellAt(layout, held->low + 0.01f * size), (CellPlace{1, 0, 1}));
  EXPECT_EQ(held->cellAt(layout, held->low + glm::vec2(0.5f, 0.55f) * size), (CellPlace{1, 5, 64}));
  EXPECT_EQ(held->cellAt(layout, held->high - 0.01f * size), (CellPlace{1, 9, 126}));
  EXPECT_FALSE(held->cellAt(layout, held->low - 1.0f));
  EXPECT_FALSE(held->cellAt(layout, held->high));
}

TEST(HeldMatrices, TheirPlaneStandsWhereTheyDoWhereverTheEyeIs) {
  const auto held = heldMatrix(digitsLayout(), holding(1), viewOf());
  ASSERT_TRUE(held);
  for (const glm::vec3 position :
       {glm::vec3(-40, 20, 60), glm::vec3(0, -500, 3), glm::vec3(2000, 10, -4000)}) {
    const Camera camera = lookAt(position, {30, 0, 0}, 0.6f);
    gpu::View view{};
    view.view = camera.view();
    view.viewProjection = camera.projection(kViewport.x / kViewport.y) * camera.view();
    view.cameraPosition = camera.position;
    const gpu::Plane plane = heldPlane({}, *held, view, kViewport);
    const std::pair<glm::vec3, glm::vec2> corners[] = {
        {plane.origin, held->low},
        {plane.origin + plane.across, {held->high.x, held->low.y}},
        {plane.origin + plane.down, {held->low.x, held->high.y}},
        {plane.origin + plane.across + plane.down, held->high}};
    for (const auto& [world, wanted] : corners) {
      glm::vec2 pixel;
      ASSERT_TRUE(projectToPixels(view.viewProjection, kViewport, world, pixel));
      // A world of some thousand units has its places to 2⁻¹² units; a unit before the eye is a thousand
      // pixels.
      EXPECT_NEAR(pixel.x, wanted.x, 1);
      EXPECT_NEAR(pixel.y, wanted.y, 1);
    }
  }
}

TEST(HeldMatrices, OfSeveralThatLeadToALayerAreToldApartByWhereTheyComeFrom) {
  const NetworkLayout layout = layOut(diamond());
  ViewSettings settings = holding(3);
  for (const std::size_t from : {1, 2}) {
    settings.heldFrom = from;
    const auto held = heldMatrix(layout, settings, viewOf());
    ASSERT_TRUE(held);
    EXPECT_EQ(layout.matrices[held->matrix].from, from);
    EXPECT_EQ(layout.matrices[held->matrix].to, 3u);
  }
  settings.heldFrom.reset();
  EXPECT_EQ(heldMatrix(layout, settings, viewOf())->matrix, 2u) << "the first";
}

TEST(HeldMatrices, AnIdentityIsNone) {
  EXPECT_FALSE(heldMatrix(layOut(skips()), holding(4), viewOf()));
}

}  // namespace
}  // namespace cajal::test
