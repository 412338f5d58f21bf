// The colour of a node by its level, as a share of its layer's range. Linear.
#ifndef CAJAL_NODE_COLOR_GLSL
#define CAJAL_NODE_COLOR_GLSL

#include "finite.glsl"

vec3 nodeColor(float level, ToneStyle tone) {
  if (isNotFinite(level)) return kNotFiniteColor;
  return mix(tone.silent, level >= 0.0 ? tone.firing : tone.inhibited, nodeStrength(abs(level)));
}

#endif
