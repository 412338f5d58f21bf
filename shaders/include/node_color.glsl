// The colour of a node by its level, as a share of its layer's range. Linear.
#ifndef CAJAL_NODE_COLOR_GLSL
#define CAJAL_NODE_COLOR_GLSL

vec3 nodeColor(float level, ToneStyle tone) {
  if (isnan(level) || isinf(level)) return kNotFinite;
  const float strength = clamp(abs(level), 0.0, 1.0);
  return mix(tone.silent, level >= 0.0 ? tone.firing : tone.inhibited, strength * (0.35 + 0.65 * strength));
}

#endif
