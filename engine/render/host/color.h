#pragma once
// shaders/include/color.glsl and node_color.glsl in C++, and a picture's bytes.

#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/render/host/vector_math.h"

namespace cajal::host {

struct Color {
  float red, green, blue;
};

[[gnu::always_inline]] inline float encodeFilmic(float linear) {
  const float x = linear > 0.004f ? linear - 0.004f : 0.0f;
  return (x * (6.2f * x + 0.5f)) / (x * (6.2f * x + 1.7f) + 0.06f);
}

[[gnu::always_inline]] inline Color brightnessColor(float t) {
  const float share = clamp(t, 0.0f, 1.0f);
  return {mix(0.026f, 1.5f, share), mix(0.031f, 1.40f, share), mix(0.050f, 1.22f, share)};
}

[[gnu::always_inline]] inline bool isFinite(float x) {
  return std::abs(x) <= std::numeric_limits<float>::max();
}

// Stripes: no value has this colour.
[[gnu::always_inline]] inline Color notFiniteAt(std::uint32_t x, std::uint32_t y) {
  const float light = ((x + y + 1u) & 7u) < 4u ? 1.0f : 0.18f;
  return {light, 0.0f, 0.65f * light};
}

[[gnu::always_inline]] inline Color nodeColor(float level) {
  const float size = std::abs(level), strength = size < 1.0f ? size : 1.0f;
  const float share = strength * (0.35f + 0.65f * strength);
  const bool fires = level >= 0.0f;
  return {mix(0.045f, fires ? 1.55f : 0.16f, share), mix(0.058f, fires ? 1.42f : 0.46f, share),
          mix(0.105f, fires ? 1.22f : 1.0f, share)};
}

// 0 … 1 as a byte; what lies outside is clamped.
[[gnu::always_inline]] inline std::uint32_t byteOf(float share) {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(clamp(share, 0.0f, 1.0f) * 255.0f + 0.5f));
}

// One channel of a pixel, 0 … 255; red is the lowest.
[[gnu::always_inline]] inline float channelOf(std::uint32_t pixel, int channel) {
  return static_cast<float>(static_cast<std::int32_t>(pixel >> (8 * channel) & 255u));
}

[[gnu::always_inline]] inline std::uint32_t opaque(float red, float green, float blue) {
  return byteOf(red) | byteOf(green) << 8 | byteOf(blue) << 16 | 0xff000000u;
}

// `color` over what is there, of which `kept` stays: 0 … 1.
[[gnu::always_inline]] inline std::uint32_t over(const Color& color, float kept, std::uint32_t pixel) {
  const float old = kept * (1.0f / 255.0f);
  return opaque(color.red + channelOf(pixel, 0) * old, color.green + channelOf(pixel, 1) * old,
                color.blue + channelOf(pixel, 2) * old);
}

}  // namespace cajal::host
