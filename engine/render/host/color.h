#pragma once
// Colours as the host's loops have them (shaders/include/color.glsl), and a picture's bytes.

#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/render/host/formulas.h"

namespace cajal::host {

struct Color {
  float red, green, blue;
};

[[gnu::always_inline]] inline float encode(float linear, bool isInk) {
  return isInk ? encodePlain(linear) : encodeFilmic(linear);
}

[[gnu::always_inline]] inline Color mix(const gpu::vec3& from, const gpu::vec3& to, float share) {
  return {mix(from.x, to.x, share), mix(from.y, to.y, share), mix(from.z, to.z, share)};
}

[[gnu::always_inline]] inline bool isFinite(float x) {
  return std::abs(x) <= std::numeric_limits<float>::max();
}

// Stripes: no value has this colour.
[[gnu::always_inline]] inline Color notFiniteAt(std::uint32_t x, std::uint32_t y) {
  const float light = stripeLight(x, y);
  return {gpu::kNotFiniteColor.x * light, gpu::kNotFiniteColor.y * light, gpu::kNotFiniteColor.z * light};
}

// Of a level that is finite.
[[gnu::always_inline]] inline Color nodeColor(float level, const gpu::ToneStyle& tone) {
  return mix(tone.silent, level >= 0.0f ? tone.firing : tone.inhibited, nodeStrength(std::abs(level)));
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
