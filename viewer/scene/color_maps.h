#pragma once
// Colour maps: which colour a value has. Those that Matplotlib knows have its names and its colours.
// Lightness goes one way from zero outwards, and edges of both signs are told apart with any common colour
// blindness. Signed maps go from the most negative value to the most positive one, the others from zero up.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "shaders/shared/scene.h"

namespace cajal {

// Those for values of either sign stand first.
enum class ColorMap : std::uint32_t {
  cajal,
  berlin,
  managua,
  vanimo,
  coolwarm,
  puOr,
  inferno,
  magma,
  viridis,
  cividis
};

std::span<const ColorMap> signedColorMaps();
std::span<const ColorMap> unsignedColorMaps();
bool isSigned(ColorMap map);
std::string_view name(ColorMap map);  // "cajal", "PuOr"
std::optional<ColorMap> colorMapFromName(std::string_view name);

// As matrices and the colour bar show it: sRGB-encoded. On paper our own map has nothing in white.
gpu::ColorScale colorScale(ColorMap map, bool isOnPaper = false);
// As edges show it: linear light, which is added up; or ink, which takes light away.
struct EdgeColors {
  gpu::vec3 positive{1.0f}, negative{1.0f};
};
EdgeColors edgeColors(ColorMap map, bool isOnPaper = false);

}  // namespace cajal
