#include "viewer/scene/color_maps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cajal::test {
namespace {

// Lightness L* of an sRGB-encoded colour (CIE 1976).
float lightness(const gpu::vec3& color) {
  const auto decoded = [](float c) {
    return c <= 0.04045f ? c / 12.92f : std::pow((c + 0.055f) / 1.055f, 2.4f);
  };
  const float y = 0.2126f * decoded(color.x) + 0.7152f * decoded(color.y) + 0.0722f * decoded(color.z);
  return y > 0.008856f ? 116.0f * std::cbrt(y) - 16.0f : 903.3f * y;
}

TEST(ColorMaps, HaveNamesThatAreRead) {
  for (const auto& maps : {signedColorMaps(), unsignedColorMaps()}) {
    for (const ColorMap map : maps) EXPECT_EQ(colorMapFromName(name(map)), map);
  }
  EXPECT_FALSE(colorMapFromName("jet"));
}

TEST(ColorMaps, OfValuesWithoutASignGrowLighterAllTheWay) {
  for (const ColorMap map : unsignedColorMaps()) {
    const gpu::ColorScale scale = colorScale(map);
    EXPECT_EQ(scale.isSigned, 0u);
    for (gpu::uint stop = 1; stop < gpu::kColorStops; ++stop)
      EXPECT_GT(lightness(scale.stops[stop]), lightness(scale.stops[stop - 1]))
          << name(map) << ", stop " << stop;
  }
}

// Away from zero in either direction the lightness goes one way, the same way.
TEST(ColorMaps, OfSignedValuesHaveTheirTurningPointAtZero) {
  for (const ColorMap map : signedColorMaps()) {
    const gpu::ColorScale scale = colorScale(map);
    EXPECT_EQ(scale.isSigned, 1u);
    const gpu::uint middle = gpu::kColorStops / 2;
    const bool growsLighter = lightness(scale.stops[0]) > lightness(scale.stops[middle]);
    for (gpu::uint from = middle + 2; from + 1 < gpu::kColorStops; ++from) {
      const gpu::uint mirrored = gpu::kColorStops - 1 - from;
      EXPECT_EQ(lightness(scale.stops[from + 1]) > lightness(scale.stops[from]), growsLighter) << name(map);
      EXPECT_EQ(lightness(scale.stops[mirrored - 1]) > lightness(scale.stops[mirrored]), growsLighter)
          << name(map);
    }
  }
}

TEST(ColorMaps, AValueHasTheColourOfItsPlace) {
  const gpu::ColorScale scale = colorScale(ColorMap::coolwarm);
  EXPECT_NEAR(colorAt(scale, -1).z, 192.0f / 255, 1e-5);
  EXPECT_NEAR(colorAt(scale, 0).x, 221.0f / 255, 1e-5);
  EXPECT_NEAR(colorAt(scale, 1).x, 180.0f / 255, 1e-5);
  EXPECT_EQ(colorAt(scale, 7), colorAt(scale, 1)) << "beyond the range it stays";
  const gpu::ColorScale unsignedScale = colorScale(ColorMap::viridis);
  EXPECT_NEAR(colorAt(unsignedScale, 0).x, 68.0f / 255, 1e-5);
  EXPECT_NEAR(colorAt(unsignedScale, 0.5f).y, 145.0f / 255, 1e-5);
}

TEST(ColorMaps, EdgesOfBothSignsAreToldApartByMoreThanTheirRed) {
  for (const ColorMap map : signedColorMaps()) {
    const EdgeColors colors = edgeColors(map);
    EXPECT_GT(
        std::fabs(colors.positive.z - colors.negative.z) + std::fabs(colors.positive.y - colors.negative.y),
        0.25f)
        << name(map);
    EXPECT_LE(std::max({colors.positive.x, colors.positive.y, colors.positive.z}), 1.001f);
  }
}

}  // namespace
}  // namespace cajal::test
