// Colour: linear inside, encoded once where the picture is written.
#ifndef CAJAL_COLOR_GLSL
#define CAJAL_COLOR_GLSL

// Filmic curve and sRGB encoding in one (Hejl & Burgess-Dawson, "Filmic Tonemapping for Real-time Rendering",
// SIGGRAPH 2010 course): contrast in the middle, a soft shoulder before white, one division a channel.
vec3 encodeFilmic(vec3 linear) {
  const vec3 x = max(linear - 0.004, 0.0);
  return (x * (6.2 * x + 0.5)) / (x * (6.2 * x + 1.7) + 0.06);
}

// Signed value → colour: blue, dark slate at zero, orange. Linear. Told apart with any common colour blindness.
vec3 signedColor(float t) {
  const vec3 zero = vec3(0.030, 0.034, 0.046);
  const vec3 positive = vec3(1.0, 0.44, 0.10), negative = vec3(0.10, 0.40, 1.0);
  const float strength = clamp(abs(t), 0.0, 1.0);
  return mix(zero, t >= 0.0 ? positive : negative, strength * strength * (3.0 - 2.0 * strength) * 0.9 + 0.1 * strength);
}

// 0 … 1 → dark slate to warm white. Linear.
vec3 brightnessColor(float t) {
  return mix(vec3(0.026, 0.031, 0.050), vec3(1.5, 1.40, 1.22), clamp(t, 0.0, 1.0));
}

// Not a number, infinite: no value has this colour.
const vec3 kNotFinite = vec3(1.0, 0.0, 0.65);

#endif
