// Light as whole numbers: sums are exact whatever the order, so a picture is the same bit for bit.
#ifndef CAJAL_LIGHT_GLSL
#define CAJAL_LIGHT_GLSL

// One edge of full strength through the middle of a pixel adds this much.
const float kLightUnit = 4096.0;

// PCG hash (Jarzynski & Olano, "Hash Functions for GPU Rendering", JCGT 2020): one round, 32 bits.
uint hash(uint x) {
  x = x * 747796405u + 2891336453u;
  x = ((x >> ((x >> 28u) + 4u)) ^ x) * 277803737u;
  return (x >> 22u) ^ x;
}

// [0, 1)
float unitFloat(uint bits) { return float(bits >> 8u) * (1.0 / 16777216.0); }

#endif
