#pragma once
// shaders/include/light.glsl and edge_light.glsl in C++: the same whole numbers, the same hash, the same
// colours.

#include <cmath>
#include <cstdint>

#include "engine/render/host/color.h"
#include "shaders/shared/scene.h"

namespace cajal::host {

inline constexpr float kLightUnit = 4096.0f;

[[gnu::always_inline]] inline std::uint32_t hash(std::uint32_t x) {
  x = x * 747796405u + 2891336453u;
  x = ((x >> ((x >> 28u) + 4u)) ^ x) * 277803737u;
  return (x >> 22u) ^ x;
}

// [0, 1). What is below 2^24 is the same with a sign, which processors convert faster.
[[gnu::always_inline]] inline float unitFloat(std::uint32_t bits) {
  return static_cast<float>(static_cast<std::int32_t>(bits >> 8u)) * (1.0f / 16777216.0f);
}

[[gnu::always_inline]] inline float softSign(float x) {
  const float y = clamp(x, -3.0f, 3.0f), y2 = y * y;
  return y * (27.0f + y2) / (27.0f + 9.0f * y2);
}

[[gnu::always_inline]] inline float edgeAmount(float density, float inverseReference,
                                               const gpu::ToneStyle& tone) {
  const float brightness = log2(1.0f + 12.0f * density * inverseReference) * (1.0f / 3.70044f);
  return tone.exposure * brightness * std::sqrt(std::sqrt(brightness > 0.0f ? brightness : 0.0f));
}

[[gnu::always_inline]] inline Color edgeHue(float positive, float negative, const gpu::ToneStyle& tone) {
  const float density = positive + negative;
  const float balance = softSign(tone.hue * (positive - negative) / (density > 0.0f ? density : 1.0f));
  const float share = std::abs(balance);
  const bool isPositive = balance >= 0.0f;
  return {mix(tone.neutral.x, isPositive ? tone.positive.x : tone.negative.x, share),
          mix(tone.neutral.y, isPositive ? tone.positive.y : tone.negative.y, share),
          mix(tone.neutral.z, isPositive ? tone.positive.z : tone.negative.z, share)};
}

[[gnu::always_inline]] inline Color edgeLight(float positive, float negative, float inverseReference,
                                              const gpu::ToneStyle& tone) {
  const Color hue = edgeHue(positive, negative, tone);
  const float amount = edgeAmount(positive + negative, inverseReference, tone);
  return {hue.red * amount, hue.green * amount, hue.blue * amount};
}

// Of a channel: what is left of the paper's light under so much ink that lets `hue` of it through a unit.
inline constexpr float kInkDensity = 1.7f;
[[gnu::always_inline]] inline float throughInk(float hue, float amount) {
  return exp2(kInkDensity * amount * log2(hue));
}

}  // namespace cajal::host
