#pragma once
// shaders/include/color.glsl and node_color.glsl in C++, and a picture's bytes.

#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/render/host/vector_math.h"
#include "shaders/shared/scene.h"

namespace cajal::host {

struct Color {
  float red, green, blue;
};

[[gnu::always_inline]] inline float encodeFilmic(float linear) {
  const float x = linear > 0.004f ? linear - 0.004f : 0.0f;
  return (x * (6.2f * x + 0.5f)) / (x * (6.2f * x + 1.7f) + 0.06f);
}

[[gnu::always_inline]] inline float encodePlain(float linear) {
  const float x = clamp(linear, 0.0f, 1.0f), curved = x > 0.0031308f ? x : 0.0031308f;
  return x > 0.0031308f ? 1.055f * exp2(log2(curved) * (1.0f / 2.4f)) - 0.055f : 12.92f * x;
}

[[gnu::always_inline]] inline float encode(float linear, bool isInk) {
  return isInk ? encodePlain(linear) : encodeFilmic(linear);
}

[[gnu::always_inline]] inline Color mix(const gpu::vec3& from, const gpu::vec3& to, float share) {
  return {mix(from.x, to.x, share), mix(from.y, to.y, share), mix(from.z, to.z, share)};
}

[[gnu::always_inline]] inline bool isFinite(float x) {
  return std::abs(x) <= std::numeric_limits<float>::max();
}

// Of what is behind a mark of an edge that is not finite.
inline constexpr float kMarkCovers = 0.75f;

// Stripes: no value has this colour.
[[gnu::always_inline]] inline Color notFiniteAt(std::uint32_t x, std::uint32_t y) {
  const float light = ((x + y + 1u) & 7u) < 4u ? 1.0f : 0.18f;
  return {light, 0.0f, 0.65f * light};
}

// Of a level that is finite.
[[gnu::always_inline]] inline Color nodeColor(float level, const gpu::ToneStyle& tone) {
  const float size = std::abs(level), strength = size < 1.0f ? size : 1.0f;
  const float share = strength * (0.35f + 0.65f * strength);
  return mix(tone.silent, level >= 0.0f ? tone.firing : tone.inhibited, share);
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
