#include "viewer/scene/color_maps.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "viewer/scene/appearance.h"

namespace cajal {
namespace {

using gpu::vec3;

constexpr std::size_t kSamples = 9;  // evenly spaced, from the first colour to the last
constexpr int kStops = static_cast<int>(gpu::kColorStops);

struct Samples {
  std::string_view name;
  std::array<std::array<std::uint8_t, 3>, kSamples> colors;  // sRGB
};

// Of Matplotlib 3.11, but for the first map, our own: what is nothing keeps to the background.
constexpr Samples kMaps[] = {
    {"cajal",
     {{{69, 146, 195},
       {64, 137, 187},
       {50, 111, 162},
       {34, 67, 107},
       {25, 28, 38},
       {103, 70, 44},
       {161, 116, 55},
       {187, 142, 65},
       {195, 152, 69}}}},
    {"berlin",
     {{{158, 176, 255},
       {81, 159, 211},
       {40, 104, 134},
       {20, 48, 62},
       {25, 12, 9},
       {65, 18, 1},
       {125, 52, 30},
       {190, 111, 99},
       {255, 173, 173}}}},
    {"managua",
     {{{255, 207, 103},
       {216, 147, 83},
       {177, 98, 67},
       {129, 57, 57},
       {87, 41, 73},
       {76, 71, 129},
       {88, 119, 181},
       {107, 172, 219},
       {129, 231, 255}}}},
    {"vanimo",
     {{{255, 205, 253},
       {205, 120, 189},
       {146, 62, 128},
       {64, 27, 55},
       {26, 21, 19},
       {42, 55, 22},
       {82, 114, 39},
       {127, 174, 71},
       {190, 253, 165}}}},
    {"coolwarm",
     {{{59, 76, 192},
       {98, 130, 234},
       {141, 176, 254},
       {185, 208, 249},
       {221, 220, 220},
       {245, 196, 172},
       {244, 152, 122},
       {221, 95, 75},
       {180, 4, 38}}}},
    {"PuOr",
     {{{127, 59, 8},
       {190, 99, 10},
       {239, 158, 60},
       {254, 215, 162},
       {246, 246, 247},
       {206, 205, 228},
       {152, 141, 190},
       {93, 55, 144},
       {45, 0, 75}}}},
    {"inferno",
     {{{0, 0, 4},
       {33, 12, 74},
       {87, 16, 110},
       {138, 34, 106},
       {188, 55, 84},
       {228, 90, 49},
       {249, 142, 9},
       {249, 203, 53},
       {252, 255, 164}}}},
    {"magma",
     {{{0, 0, 4},
       {29, 17, 71},
       {81, 18, 124},
       {131, 38, 129},
       {183, 55, 121},
       {231, 82, 99},
       {252, 137, 97},
       {254, 196, 136},
       {252, 253, 191}}}},
    {"viridis",
     {{{68, 1, 84},
       {71, 45, 123},
       {59, 82, 139},
       {44, 114, 142},
       {33, 145, 140},
       {40, 174, 128},
       {94, 201, 98},
       {173, 220, 48},
       {253, 231, 37}}}},
    {"cividis",
     {{{0, 34, 78},
       {26, 56, 111},
       {67, 78, 108},
       {97, 101, 111},
       {125, 124, 120},
       {155, 148, 118},
       {188, 174, 108},
       {222, 201, 88},
       {254, 232, 56}}}},
};

constexpr Samples kCajalOnPaper = {"cajal",
                                   {{{10, 62, 128},
                                     {38, 100, 168},
                                     {104, 153, 203},
                                     {181, 207, 230},
                                     {250, 250, 248},
                                     {240, 208, 172},
                                     {222, 153, 84},
                                     {190, 98, 28},
                                     {138, 60, 4}}}};

constexpr ColorMap kSigned[] = {ColorMap::cajal,  ColorMap::berlin,   ColorMap::managua,
                                ColorMap::vanimo, ColorMap::coolwarm, ColorMap::puOr};
constexpr ColorMap kUnsigned[] = {ColorMap::inferno, ColorMap::magma, ColorMap::viridis, ColorMap::cividis};

const Samples& samplesOf(ColorMap map) {
  return kMaps[static_cast<std::size_t>(map)];
}

vec3 decoded(const vec3& encoded) {
  const auto channel = [](float c) {
    return c <= 0.04045f ? c / 12.92f : std::pow((c + 0.055f) / 1.055f, 2.4f);
  };
  return {channel(encoded.x), channel(encoded.y), channel(encoded.z)};
}

vec3 sampled(const Samples& samples, float place) {
  const float at = std::clamp(place, 0.0f, 1.0f) * static_cast<float>(kSamples - 1);
  const std::size_t low = std::min(static_cast<std::size_t>(at), kSamples - 2);
  const auto color = [&](std::size_t i) {
    const auto& c = samples.colors[i];
    return vec3(c[0], c[1], c[2]) / 255.0f;
  };
  return glm::mix(color(low), color(low + 1), at - static_cast<float>(low));
}

// What ink of this hue is: its strongest colour passes, however pale the map is there.
vec3 asInk(const vec3& encoded) {
  const vec3 color = decoded(encoded);
  return glm::clamp(0.9f * color / std::max({color.x, color.y, color.z, 1e-3f}), 0.05f, 0.9f);
}

// What light of this hue is: as bright as it can be.
vec3 asLight(const vec3& encoded) {
  const vec3 light = decoded(encoded);
  return light / std::max({light.x, light.y, light.z, 1e-3f});
}

}  // namespace

std::span<const ColorMap> signedColorMaps() {
  return kSigned;
}

std::span<const ColorMap> unsignedColorMaps() {
  return kUnsigned;
}

bool isSigned(ColorMap map) {
  return map < ColorMap::inferno;
}

std::string_view name(ColorMap map) {
  return samplesOf(map).name;
}

std::optional<ColorMap> colorMapFromName(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kMaps); ++i) {
    if (kMaps[i].name == name) return static_cast<ColorMap>(i);
  }
  return std::nullopt;
}

gpu::ColorScale colorScale(ColorMap map, bool isOnPaper) {
  const Samples& samples = map == ColorMap::cajal && isOnPaper ? kCajalOnPaper : samplesOf(map);
  gpu::ColorScale scale{};
  scale.isSigned = isSigned(map) ? 1 : 0;
  for (int stop = 0; stop < kStops; ++stop) {
    const float place = static_cast<float>(stop) / static_cast<float>(kStops - 1);
    scale.stops[stop] = sampled(samples, place);
  }
  return scale;
}

// Not the very ends, where some maps turn white or black and no longer say which they are.
EdgeColors edgeColors(ColorMap map, bool isOnPaper) {
  const appearance::Palette& palette = isOnPaper ? appearance::kLight : appearance::kDark;
  if (map == ColorMap::cajal) return {palette.positive, palette.negative};
  const Samples& samples = samplesOf(map);
  const auto color = isOnPaper ? asInk : asLight;
  if (!isSigned(map)) return {color(sampled(samples, 0.75f)), color(sampled(samples, 0.4f))};
  return {color(sampled(samples, 0.82f)), color(sampled(samples, 0.18f))};
}

}  // namespace cajal
