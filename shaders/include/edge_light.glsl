// Density of edges → light.
#ifndef CAJAL_EDGE_LIGHT_GLSL
#define CAJAL_EDGE_LIGHT_GLSL

// The hue says which sign prevails and how clearly; where both are equally strong it is neutral, and quiet.
vec3 edgeHue(vec2 light, ToneStyle tone) {
  const float balance = edgeBalance(light.x, light.y, tone.hue);
  return mix(tone.neutral, balance >= 0.0 ? tone.positive : tone.negative, abs(balance));
}

vec3 edgeLight(vec2 light, float inverseReference, ToneStyle tone) {
  const float density = light.x + light.y;
  if (density <= 0.0) return vec3(0.0);
  return edgeHue(light, tone) * edgeAmount(density, inverseReference, tone.exposure);
}

vec3 throughInk(vec3 hue, float amount) {
  return vec3(throughInk(hue.r, amount), throughInk(hue.g, amount), throughInk(hue.b, amount));
}

#endif
