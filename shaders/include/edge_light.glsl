// Density of edges → light.
#ifndef CAJAL_EDGE_LIGHT_GLSL
#define CAJAL_EDGE_LIGHT_GLSL

// tanh to 3 % (the first terms of its continued fraction, clamped): a tenth of its price.
float softSign(float x) {
  const float y = clamp(x, -3.0, 3.0), y2 = y * y;
  return y * (27.0 + y2) / (27.0 + 9.0 * y2);
}

// Density is compressed by a logarithm, so that one strong edge and the mist of ten thousand weak ones are both
// seen; the density `1 / inverseReference` comes out as 1.
float edgeAmount(float density, float inverseReference, ToneStyle tone) {
  const float brightness = log2(1.0 + 12.0 * density * inverseReference) * (1.0 / 3.70044);  // log2(13)
  return tone.exposure * brightness * sqrt(sqrt(brightness));
}

// The hue says which sign prevails and how clearly; where both are equally strong it is neutral, and quiet.
vec3 edgeHue(vec2 light, float density, ToneStyle tone) {
  const float balance = softSign(tone.hue * (light.x - light.y) / density);
  return mix(tone.neutral, balance >= 0.0 ? tone.positive : tone.negative, abs(balance));
}

vec3 edgeLight(vec2 light, float inverseReference, ToneStyle tone) {
  const float density = light.x + light.y;
  if (density <= 0.0) return vec3(0.0);
  return edgeHue(light, density, tone) * edgeAmount(density, inverseReference, tone);
}

// What is left of the paper's light under so much ink, which lets `hue` of it through a unit (Beer and Lambert).
const float kInkDensity = 1.7;
vec3 throughInk(vec3 hue, float amount) { return exp2(kInkDensity * amount * log2(hue)); }

#endif
