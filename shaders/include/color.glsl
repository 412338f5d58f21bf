// Colour: linear inside, encoded once at the very end.
#ifndef CAJAL_COLOR_GLSL
#define CAJAL_COLOR_GLSL

// Narkowicz' fit of the ACES filmic curve: contrast in the middle, a soft shoulder before white.
vec3 filmic(vec3 x) {
  return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
}

// sRGB (IEC 61966-2-1), by Hejl's square root fit; exact to half an 8-bit step above black.
vec3 encodeSrgb(vec3 linear) {
  const vec3 s1 = sqrt(linear), s2 = sqrt(s1), s3 = sqrt(s2);
  return max(0.662002687 * s1 + 0.684122060 * s2 - 0.323583601 * s3 - 0.0225411470 * linear, 0.0);
}

// Signed value → colour: blue, dark slate at zero, orange. Linear. Told apart with any common colour blindness.
vec3 signedColor(float t) {
  const vec3 zero = vec3(0.018, 0.022, 0.034);
  const vec3 positive = vec3(1.0, 0.44, 0.10), negative = vec3(0.10, 0.40, 1.0);
  const float strength = clamp(abs(t), 0.0, 1.0);
  return mix(zero, t >= 0.0 ? positive : negative, strength * strength * (3.0 - 2.0 * strength) * 0.9 + 0.1 * strength);
}

// 0 … 1 → dark slate to warm white. Linear.
vec3 brightnessColor(float t) {
  return mix(vec3(0.014, 0.018, 0.034), vec3(1.0, 0.94, 0.84), clamp(t, 0.0, 1.0));
}

// Not a number, infinite: no value has this colour.
const vec3 kNotFinite = vec3(1.0, 0.0, 0.65);

#endif
