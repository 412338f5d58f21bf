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

TEST(ColorMaps, EndAndTurnWhereMatplotlibsDo) {
  const gpu::ColorScale coolwarm = colorScale(ColorMap::coolwarm), viridis = colorScale(ColorMap::viridis);
  const gpu::uint middle = gpu::kColorStops / 2, last = gpu::kColorStops - 1;
  const auto bytes = [](const gpu::vec3& color) { return glm::ivec3(glm::round(255.0f * color)); };
  EXPECT_EQ(bytes(coolwarm.stops[0]), glm::ivec3(59, 76, 192));
  EXPECT_EQ(bytes(coolwarm.stops[middle]), glm::ivec3(221, 220, 220));
  EXPECT_EQ(bytes(coolwarm.stops[last]), glm::ivec3(180, 4, 38));
  EXPECT_EQ(bytes(viridis.stops[0]), glm::ivec3(68, 1, 84));
  EXPECT_EQ(bytes(viridis.stops[last]), glm::ivec3(253, 231, 37));
}

// What is left of light to eyes without red or without green cones (Vienot, Brettel & Mollon 1999): two
// numbers, blue and the rest.
glm::vec2 seenWithoutRed(const gpu::vec3& light) {
  return {0.11238f * light.x + 0.88762f * light.y, 0.00401f * (light.x - light.y) + light.z};
}
glm::vec2 seenWithoutGreen(const gpu::vec3& light) {
  return {0.29275f * light.x + 0.70725f * light.y, -0.02234f * (light.x - light.y) + light.z};
}

TEST(ColorMaps, EdgesOfBothSignsAreToldApartWithAnyCommonColourBlindness) {
  for (const ColorMap map : signedColorMaps()) {
    const EdgeColors colors = edgeColors(map);
    // In shares of full light.
    EXPECT_GT(glm::distance(seenWithoutRed(colors.positive), seenWithoutRed(colors.negative)), 0.2f)
        << name(map);
    EXPECT_GT(glm::distance(seenWithoutGreen(colors.positive), seenWithoutGreen(colors.negative)), 0.2f)
        << name(map);
    EXPECT_LE(std::max({colors.positive.x, colors.positive.y, colors.positive.z}), 1.001f);
  }
}

}  // namespace
}  // namespace cajal::test
