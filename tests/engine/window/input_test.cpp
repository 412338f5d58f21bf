#include "engine/window/input.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

WindowInput inputAt(double x, double y) {
  WindowInput input;
  input.width = 800;
  input.height = 600;
  input.mouseX = x;
  input.mouseY = y;
  return input;
}

TEST(WindowInputs, TellThePixelUnderTheCursorOnADenseScreen) {
  const PixelPlace place = inputAt(100, 50).mouseIn(1600, 1200);
  EXPECT_EQ(place.x, 200);
  EXPECT_EQ(place.y, 100);
}

TEST(WindowInputs, TellThePixelOfAPictureOfAnotherShape) {
  const PixelPlace place = inputAt(400, 300).mouseIn(1920, 1080);
  EXPECT_EQ(place.x, 960);
  EXPECT_EQ(place.y, 540);
}

TEST(WindowInputs, TellScreenCoordinatesWhereAPixelIsOne) {
  const PixelPlace place = inputAt(123, 45).mouseIn(800, 600);
  EXPECT_EQ(place.x, 123);
  EXPECT_EQ(place.y, 45);
}

TEST(WindowInputs, OfAWindowWithoutASizeTellNoPlaceBeyondThePicture) {
  const PixelPlace place = WindowInput{}.mouseIn(1600, 1200);
  EXPECT_EQ(place.x, 0);
  EXPECT_EQ(place.y, 0);
}

}  // namespace
}  // namespace cajal
