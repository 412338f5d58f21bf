// Colour: linear inside, encoded once where the picture is written.
#ifndef CAJAL_COLOR_GLSL
#define CAJAL_COLOR_GLSL

// Filmic curve and sRGB encoding in one (Hejl & Burgess-Dawson, "Filmic Tonemapping for Real-time Rendering",
// SIGGRAPH 2010 course): contrast in the middle, a soft shoulder before white, one division a channel.
vec3 encodeFilmic(vec3 linear) {
  const vec3 x = max(linear - 0.004, 0.0);
  return (x * (6.2 * x + 0.5)) / (x * (6.2 * x + 1.7) + 0.06);
}

// 0 … 1 → dark slate to warm white. Linear.
vec3 brightnessColor(float t) {
  return mix(vec3(0.026, 0.031, 0.050), vec3(1.5, 1.40, 1.22), clamp(t, 0.0, 1.0));
}

// Not a number, infinite: no value has this colour, and none has its stripes.
const vec3 kNotFinite = vec3(1.0, 0.0, 0.65);
vec3 notFiniteAt(vec2 pixel) { return mod(pixel.x + pixel.y, 8.0) < 4.0 ? kNotFinite : 0.18 * kNotFinite; }

#endif
