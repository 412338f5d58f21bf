#pragma once
// Functions of loops that the compiler turns into vector instructions: no branches, no calls, no tables. A
// function that is not inlined would leave such a loop as it is: hence the attribute.

#include <bit>
#include <cstdint>

namespace cajal::host {

// log2(x) of a positive, normal number, to 1e-7 absolutely: the exponent, and an interpolation of log2(1 + f)
// / f in the Chebyshev points of 1 + f in [√½, √2], so that log2(1) is 0.
[[gnu::always_inline]] inline float log2(float x) {
  constexpr std::int32_t kRootOfHalf = 0x3f3504f3;
  const std::int32_t bits = std::bit_cast<std::int32_t>(x) - kRootOfHalf;
  const float f = std::bit_cast<float>((bits & 0x7fffff) + kRootOfHalf) - 1.0f;
  float sum = -0.142759734f;
  sum = sum * f + 0.232652579f;
  sum = sum * f - 0.249271822f;
  sum = sum * f + 0.287288882f;
  sum = sum * f - 0.360225182f;
  sum = sum * f + 0.480916708f;
  sum = sum * f - 0.721352931f;
  sum = sum * f + 1.44269499f;
  return static_cast<float>(bits >> 23) + f * sum;
}

// 2^x to 2e-7 relatively; the result is kept between 2^-126 and 2^127.
[[gnu::always_inline]] inline float exp2(float x) {
  x = x > -126.0f ? x : -126.0f;
  x = x < 127.0f ? x : 127.0f;
  constexpr float kRounding = 12582912.0f;  // 1.5 · 2^23: what is added to it is rounded to a whole number
  const float shifted = x + kRounding;
  const float f = x - (shifted - kRounding);
  const std::int32_t whole = std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(kRounding);
  float sum = 0.00133813025f;
  sum = sum * f + 0.00966636852f;
  sum = sum * f + 0.0555038101f;
  sum = sum * f + 0.24022349f;
  sum = sum * f + 0.693147181f;
  return (1.0f + f * sum) * std::bit_cast<float>((whole + 127) << 23);
}

[[gnu::always_inline]] inline float clamp(float x, float low, float high) {
  const float raised = x > low ? x : low;
  return raised < high ? raised : high;
}

[[gnu::always_inline]] inline float mix(float a, float b, float t) {
  return a * (1.0f - t) + b * t;
}

[[gnu::always_inline]] inline float smoothstep(float low, float high, float x) {
  const float t = clamp((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3.0f - 2.0f * t);
}

}  // namespace cajal::host
