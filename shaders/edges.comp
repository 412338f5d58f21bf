#version 460
// Edges as light: each adds its strength to two planes of whole numbers, positive and negative, at points along its
// projection. Few points a frame and a leaky plane (View.blend) give the same mean as every pixel of every edge.
//
// An edge is a cubic Bézier curve (EdgeBundle). Projection keeps it a (rational) Bézier curve, so it is blended in
// clip space from four control points and never leaves registers.
//
// A sample at parameter t of n stands for the length |dP/dt| / n of the projected curve, in pixels; with that
// weight the expected light of a pixel does not depend on n (Monte Carlo along the curve, stratified in t).
//
// An edge that is NaN or infinite adds no light: it marks the pixels of its course, whatever it is compared with. Its
// samples are the same in every frame, because marks are not averaged.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/formulas.h"
#include "include/finite.glsl"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Projected { vec4 projected[]; };
layout(binding = 2, scalar) readonly buffer Values { float values[]; };
layout(binding = 3, scalar) readonly buffer Activations { float activations[]; };
layout(binding = 4, scalar) readonly buffer Ranges { Range ranges[]; };
layout(binding = 5, scalar) readonly buffer Bundles { EdgeBundle bundles[]; };
layout(binding = 6, scalar) buffer Light { uint light[]; };  // (height, width, 2): positive, negative

layout(binding = 7, scalar) readonly buffer Cutoffs { float cutoffs[]; };  // shaders/cutoffs.comp
layout(binding = 8, scalar) buffer Marks { uint marks[]; };                  // markWord()

layout(push_constant, scalar) uniform Constants { EdgeStyle style; };

#include "include/edge_value.glsl"

// Length of the projected curve in pixels, from its ends; an edge that passes the eye counts as long.
float lengthOnScreen(vec4 p0, vec4 p3, vec2 halfViewport) {
  if (p0.w < kNear || p3.w < kNear) return 2.0 * (halfViewport.x + halfViewport.y);
  return 1.1 * length((p3.xy / p3.w - p0.xy / p0.w) * halfViewport);
}

bool isOutside(vec4 p0, vec4 p1, vec4 p2, vec4 p3) {
  const vec4 x = vec4(p0.x, p1.x, p2.x, p3.x), y = vec4(p0.y, p1.y, p2.y, p3.y), w = vec4(p0.w, p1.w, p2.w, p3.w);
  return all(greaterThan(x, w)) || all(lessThan(x, -w)) || all(greaterThan(y, w)) || all(lessThan(y, -w)) ||
         all(lessThan(w, vec4(kNear)));
}

void main() {
  const EdgeBundle bundle = bundles[style.bundle];
  const uint edge = style.firstEdge + gl_GlobalInvocationID.x;
  if (edge >= bundle.sources * bundle.targets) return;
  const uint target = edge / bundle.sources, source = edge - target * bundle.sources;
  const uint from = sourceOffset(bundle.window, target, source);

  const float value = edgeValue(bundle, target, source, from);
  const Range range = ranges[bundle.range];
  const bool isFinite = !isNotFinite(value);
  if (isFinite && bundle.most > 0 && abs(value) < cutoffs[bundle.firstCutoff + target]) return;
  const float share = isFinite ? abs(value) / range.end : 1.0;
  if (isFinite && !(share > style.threshold)) return;  // zero, or too weak
  const float light01 = exp2(style.gamma * log2(min(share, kMostShare)));

  // Samples in proportion to light: then every sample carries the same, which is where the noise is least. An edge
  // that is due less than one sample gets one with that probability (Russian roulette), and the mean stays right. Of a
  // large network most get none: they are gone before their ends are looked at.
  uint random = hash(edge ^ hash((isFinite ? view.frame : 0u) + 0x9e3779b9u * style.bundle));
  const float edges = float(bundle.sources) * float(bundle.targets);
  const float mean = isFinite ? range.meanLight : max(range.notFiniteHeld, kLeastNotFinite) / kMarkSamples;
  const float share01 = bundle.samples * light01 / (edges * mean);
  if (bundle.samples > 0.0 && share01 < 1.0 && max(share01, 1e-9) + unitFloat(random) < 1.0) return;

  const vec4 p0 = projected[bundle.source + from], p3 = projected[bundle.target + target];
  const float own = 1.0 - bundle.gather;
  const vec4 p1 = own * p0 + view.viewProjection * bundle.leave, p2 = own * p3 + view.viewProjection * bundle.arrive;
  if (isOutside(p0, p1, p2, p3)) return;

  const vec2 halfViewport = 0.5 * vec2(view.viewport);
  const float pixels = lengthOnScreen(p0, p3, halfViewport);
  const float width = max(style.width, 1.0);
  const float every = max(ceil(pixels * width), 1.0) * (isFinite ? 1.0 : 2.0);  // marks leave no gaps
  const float due = bundle.samples > 0.0 ? share01 : every;
  const float wanted = clamp(due, 1e-9, every);
  const uint samples = uint(wanted + unitFloat(random));
  const float inverse = 1.0 / max(float(samples), 1.0);
  const float unit = light01 * bundle.gain * style.strength * view.blend * width * kLightUnit / wanted;

  // Power basis, c(t) = ((a t + b) t + c) t + p0: three multiply-adds a sample, three for the derivative.
  const vec4 c = 3.0 * (p1 - p0), b = 3.0 * (p2 - p1) - c, a = p3 - p0 - b - c;
  random = hash(random);
  float t = unitFloat(random) * inverse;
  for (uint s = 0; s < samples; ++s, t += inverse) {
    const vec4 p = ((a * t + b) * t + c) * t + p0;
    if (p.w < kNear) continue;
    const vec4 dp = (3.0 * a * t + 2.0 * b) * t + c;
    const float inverseW = 1.0 / p.w;
    const vec2 onScreen = p.xy * inverseW;
    const float speed = length((dp.xy - onScreen * dp.w) * inverseW * halfViewport);

    random = hash(random);
    // Jitter across the width, half a pixel each way at least, smooths what would be steps; the last bits round the
    // light up or down without bias.
    const vec2 jitter = (vec2(random & 1023u, (random >> 10) & 1023u) * (1.0 / 1024.0) - 0.5) * width;
    const ivec2 pixel = ivec2(floor((onScreen + 1.0) * halfViewport + jitter));
    if (any(lessThan(pixel, ivec2(view.left, 0))) || any(greaterThanEqual(pixel, ivec2(view.viewport)))) continue;
    if (!isFinite) {
      const uint word = markWord(uint(pixel.x), uint(pixel.y), view.viewport.x), bit = markBit(uint(pixel.x));
      if ((marks[word] & bit) == 0) atomicOr(marks[word], bit);  // edges that cross do not wait for each other
      continue;
    }
    float carried = unit * speed;
    if (style.depthCue > 0.0) carried *= depthLight(p.w, style.depthCue, style.nearest, style.farthest);
    if (style.pulse > 0.0) carried *= pulseLight((style.pulsePlace - (bundle.place + t)) / style.pulsePeriod, style.pulse);
    const uint amount = uint(min(carried + float(random >> 20) * (1.0 / 4096.0), kMostLight));
    if (amount > 0) atomicAdd(light[2u * (uint(pixel.y) * view.viewport.x + uint(pixel.x)) + uint(value < 0.0)], amount);
  }
}
