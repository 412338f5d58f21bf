// The formulas that shaders and their twins on the host share, in the common subset of GLSL and C++.
//
// Loops of the host are vectorised: a formula is of scalars, without branches and without calls that are not
// inlined. C++ includes this file through engine/render/host/formulas.h, where log2, exp2, clamp, mix and
// smoothstep come from vector_math.h.
#ifndef CAJAL_SHADERS_SHARED_FORMULAS_H
#define CAJAL_SHADERS_SHARED_FORMULAS_H

#include "look.h"
#include "scene.h"

#ifdef __cplusplus
#define CAJAL_FORMULA [[gnu::always_inline]] inline
#define CAJAL_INTEGERS constexpr
namespace cajal::host {
using namespace gpu;
using std::abs;
using std::floor;
using std::sqrt;
#else
#define CAJAL_FORMULA
#define CAJAL_INTEGERS
#endif

// ---- whole numbers ----

// PCG hash (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 2020): one round, 32 bits.
CAJAL_FORMULA uint hash(uint x) {
  x = x * 747796405u + 2891336453u;
  x = ((x >> ((x >> 28u) + 4u)) ^ x) * 277803737u;
  return (x >> 22u) ^ x;
}

// [0, 1). Converted as a signed number, which processors do faster: below 2^24 the sign makes no difference.
CAJAL_FORMULA float unitFloat(uint bits) {
  return float(int(bits >> 8u)) * (1.0f / 16777216.0f);
}

// Where the sources of an edge bundle stand: nodes, or activations, from the first source.
CAJAL_INTEGERS uint sourceOffset(EdgeWindow window, uint target, uint source) {
  if (window.run == 0u) return source;
  const uint inRow = window.run * window.runs;
  const uint row = source / inRow, column = source - row * inRow;
  const uint run = column / window.run;
  const uint group = window.targetsAGroup == 0u ? 0u : target / window.targetsAGroup;
  return row * window.nextRow + run * window.nextRun + (column - run * window.run) + group * window.run;
}

// Where the value of an edge stands: floats from the first value of the target.
CAJAL_INTEGERS uint valueOffset(EdgeWindow window, uint source) {
  if (window.run == 0u) return source;
  const uint inRow = window.run * window.runs;
  const uint row = source / inRow;
  return row * window.nextValueRow + (source - row * inRow);
}

// The element of look number `look` of a range: one in each of `looks` strata, at a place that changes with
// the frame. Whole numbers alone: a float does not tell apart the elements of a matrix of more than 2^24, and
// would look at the same columns in each frame. looks ≤ kMostLooks and looks ≤ elements: nothing overflows.
CAJAL_INTEGERS uint stratumStart(uint look, uint looks, uint elements) {
  return look * (elements / looks) + look * (elements % looks) / looks;
}
CAJAL_FORMULA uint lookedAt(uint look, uint looks, uint elements, uint random) {
  const uint first = stratumStart(look, looks, elements), end = stratumStart(look + 1u, looks, elements);
  return first + random % (end - first);
}

// Marks of edges that are not finite (kMarksBefore): words of a row of so many pixels; the word of a pixel,
// and its bit in it.
CAJAL_INTEGERS uint markWords(uint width) {
  return (width + kMarksBefore + 31u) / 32u;
}
CAJAL_INTEGERS uint markWord(uint x, uint y, uint width) {
  return y * markWords(width) + (x + kMarksBefore) / 32u;
}
CAJAL_INTEGERS uint markBit(uint x) {
  return 1u << ((x + kMarksBefore) & 31u);
}

// ---- edges ----

// The share of its light that an edge keeps this far from the eye.
CAJAL_FORMULA float depthLight(float depth, float depthCue, float nearest, float farthest) {
  return 1.0f - depthCue * clamp((depth - nearest) / (farthest - nearest), 0.0f, 1.0f);
}

// A pulse is a bright front with a tail; between pulses an edge is dimmer than it would be without them, so
// that the whole stays about as bright. `periods` from the last pulse.
CAJAL_FORMULA float pulseLight(float periods, float pulse) {
  const float behind = periods - floor(periods);
  return 1.0f + pulse * (kPulseFront * exp2(-kPulseDecay * behind) - kBetweenPulses);
}

// ---- tone ----

// tanh to 3 % (the first terms of its continued fraction, clamped): a tenth of its price.
CAJAL_FORMULA float softSign(float x) {
  const float y = clamp(x, -3.0f, 3.0f), y2 = y * y;
  return y * (27.0f + y2) / (27.0f + 9.0f * y2);
}

// Density is compressed by a logarithm, so that one strong edge and the mist of ten thousand weak ones are
// both seen; the density `1 / inverseReference` comes out as `exposure`.
CAJAL_FORMULA float edgeAmount(float density, float inverseReference, float exposure) {
  const float brightness = log2(1.0f + 12.0f * density * inverseReference) * (1.0f / 3.70044f);  // log2(13)
  return exposure * brightness * sqrt(sqrt(brightness > 0.0f ? brightness : 0.0f));
}

// Which sign prevails and how clearly, -1 … 1: the hue of edges.
CAJAL_FORMULA float edgeBalance(float positive, float negative, float hue) {
  const float density = positive + negative;
  return softSign(hue * (positive - negative) / (density > 0.0f ? density : 1.0f));
}

// What is left of a channel of the paper's light under so much ink, which lets `hue` of it through a unit
// (Beer and Lambert).
CAJAL_FORMULA float throughInk(float hue, float amount) {
  const float passes = hue > 1e-4f ? hue : 1e-4f;  // the logarithm of nothing, times no ink, is no number
  return exp2(kInkDensity * amount * log2(passes));
}

// ---- colour: linear inside, encoded once where the picture is written ----

// Filmic curve and sRGB encoding in one (Hejl & Burgess-Dawson, "Filmic Tonemapping for Real-time Rendering",
// SIGGRAPH 2010 course): contrast in the middle, a soft shoulder before white, one division a channel.
CAJAL_FORMULA float encodeFilmic(float linear) {
  const float x = linear > 0.004f ? linear - 0.004f : 0.0f;
  return (x * (6.2f * x + 0.5f)) / (x * (6.2f * x + 1.7f) + 0.06f);
}

// sRGB encoding alone (IEC 61966-2-1): what is ink on paper keeps its colour.
CAJAL_FORMULA float encodePlain(float linear) {
  const float x = clamp(linear, 0.0f, 1.0f), curved = x > 0.0031308f ? x : 0.0031308f;
  return x > 0.0031308f ? 1.055f * exp2(log2(curved) * (1.0f / 2.4f)) - 0.055f : 12.92f * x;
}

// A quarter of an 8-bit step of noise that stands still hides the bands of the dark background.
CAJAL_FORMULA float dither(uint x, uint y) {
  return (unitFloat(hash(x + 16384u * y)) - 0.5f) * (0.5f / 255.0f);
}

// ---- nodes ----

// How far the colour of a node is from silent, by the magnitude of its level.
CAJAL_FORMULA float nodeStrength(float magnitude) {
  const float strength = magnitude < 1.0f ? magnitude : 1.0f;
  return strength * (0.35f + 0.65f * strength);
}

// How much of a pixel a sphere covers, with a rim that is a pixel wide. `distance` from its middle, as a
// share of its radius.
CAJAL_FORMULA float sphereCoverage(float distance, float pixelsOfRadius) {
  return clamp((1.0f - distance) * pixelsOfRadius + 0.5f, 0.0f, 1.0f);
}

// Of the colour of a sphere, by how far its surface is turned to the light (0 … 1): in the dark, and on
// paper, where it is drawn as by hand and hardly shaded.
CAJAL_FORMULA float sphereLight(float diffuse) {
  return 0.30f + 0.95f * diffuse * diffuse;
}
CAJAL_FORMULA float inkedLight(float diffuse) {
  return 0.80f + 0.24f * diffuse;
}

// Of the rim's colour, of which `rim` is the share at the edge and `gloss` that of the mirrored light.
CAJAL_FORMULA float sphereSheen(float rim, float gloss) {
  return 0.30f * rim + 0.40f * gloss;
}

// The light of a halo at the square of a distance from the node, as a share of the halo's radius.
CAJAL_FORMULA float haloLight(float distance2, float strength) {
  const float fade = distance2 < 1.0f ? 1.0f - distance2 : 0.0f;
  return kHaloStrength * fade * fade * fade * strength * strength;
}

// The light of the stripes of what is not finite, of a pixel's column and row.
CAJAL_FORMULA float stripeLight(uint x, uint y) {
  return ((x + y + 1u) & 7u) < 4u ? 1.0f : kNotFiniteShade;
}

// ---- planes ----

// Pixels of an image are neurons: each is a tile of its own, and the gap fades out before it could shimmer.
// Column and row in cells; how many of them a pixel covers.
CAJAL_FORMULA float tileLight(float column, float row, float footprintX, float footprintY) {
  const float insideX = 0.5f - abs(column - floor(column) - 0.5f),
              insideY = 0.5f - abs(row - floor(row) - 0.5f);
  const float x = smoothstep(kTileGap - footprintX * 0.5f, kTileGap + footprintX * 0.5f, insideX),
              y = smoothstep(kTileGap - footprintY * 0.5f, kTileGap + footprintY * 0.5f, insideY);
  const float larger = footprintX > footprintY ? footprintX : footprintY;
  const float visible = clamp(1.5f - 3.0f * larger, 0.0f, 1.0f);
  return mix(1.0f, x * y, visible);
}

// How much of a pixel lies inside an outline. The pixel is the square 0 … 1; y points down. The area of it
// that is above the edge from a to b, and negative where the edge leads back. It is the integral over x of
// the edge's y, as far as both lie in the square.
CAJAL_FORMULA float aboveEdge(vec2 a, vec2 b) {
  const float left = clamp(a.x, 0.0f, 1.0f), right = clamp(b.x, 0.0f, 1.0f);
  const float width = b.x - a.x, slope = abs(width) > 1e-6f ? (b.y - a.y) / width : 0.0f;
  const vec2 near =
      abs(b.x) < abs(a.x) ? b : a;  // the other may be far beyond the picture, and not known as well
  const float from = near.y + (left - near.x) * slope, to = near.y + (right - near.x) * slope;
  const float first = clamp(from, 0.0f, 1.0f), last = clamp(to, 0.0f, 1.0f), rise = to - from;
  const float mean = abs(rise) < 1e-3f
                         ? clamp(0.5f * (from + to), 0.0f, 1.0f)
                         : (last * to - first * from - 0.5f * (last * last - first * first)) / rise;
  return (right - left) * mean;
}

// The share of the pixel round `middle`, 0 … 1, and exactly that: what is thinner than a pixel covers as
// little of it as it should, and all pixels together as much as the outline's area is.
CAJAL_FORMULA float coveredBy(PlaneOutline outline, vec2 middle) {
  const vec2 corner = middle - 0.5f;
  float area = 0.0f;
  vec2 before = outline.corners[kOutlineCorners - 1u] - corner;
  for (uint i = 0u; i < kOutlineCorners; ++i) {
    const vec2 here = outline.corners[i] - corner;
    area += aboveEdge(before, here);
    before = here;
  }
  const float size = abs(area);  // whichever way round its corners go
  return size < 1.0f ? size : 1.0f;
}

#ifdef __cplusplus
}  // namespace cajal::host
#endif
#endif
