#pragma once
// Density of edges → light, as the host's loops have it (shaders/include/edge_light.glsl).

#include <cmath>

#include "engine/render/host/color.h"

namespace cajal::host {

[[gnu::always_inline]] inline Color edgeHue(float positive, float negative, const gpu::ToneStyle& tone) {
  const float balance = edgeBalance(positive, negative, tone.hue), share = std::abs(balance);
  const bool isPositive = balance >= 0.0f;
  return {mix(tone.neutral.x, isPositive ? tone.positive.x : tone.negative.x, share),
          mix(tone.neutral.y, isPositive ? tone.positive.y : tone.negative.y, share),
          mix(tone.neutral.z, isPositive ? tone.positive.z : tone.negative.z, share)};
}

[[gnu::always_inline]] inline Color edgeLight(float positive, float negative, float inverseReference,
                                              const gpu::ToneStyle& tone) {
  const Color hue = edgeHue(positive, negative, tone);
  const float amount = edgeAmount(positive + negative, inverseReference, tone.exposure);
  return {hue.red * amount, hue.green * amount, hue.blue * amount};
}

}  // namespace cajal::host
