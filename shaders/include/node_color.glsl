// The colour of a node by its activation, as a share of its layer's range. Linear.
#ifndef CAJAL_NODE_COLOR_GLSL
#define CAJAL_NODE_COLOR_GLSL

vec3 nodeColor(float level) {
  const vec3 silent = vec3(0.045, 0.058, 0.105), firing = vec3(1.55, 1.42, 1.22), inhibited = vec3(0.16, 0.46, 1.0);
  if (isnan(level) || isinf(level)) return kNotFinite;
  const float strength = clamp(abs(level), 0.0, 1.0);
  return mix(silent, level >= 0.0 ? firing : inhibited, strength * (0.35 + 0.65 * strength));
}

#endif
