// Colour: linear inside, encoded once where the picture is written.
#ifndef CAJAL_COLOR_GLSL
#define CAJAL_COLOR_GLSL

// Filmic curve and sRGB encoding in one (Hejl & Burgess-Dawson, "Filmic Tonemapping for Real-time Rendering",
// SIGGRAPH 2010 course): contrast in the middle, a soft shoulder before white, one division a channel.
vec3 encodeFilmic(vec3 linear) {
  const vec3 x = max(linear - 0.004, 0.0);
  return (x * (6.2 * x + 0.5)) / (x * (6.2 * x + 1.7) + 0.06);
}

// sRGB encoding alone (IEC 61966-2-1): what is ink on paper keeps its colour.
vec3 encodePlain(vec3 linear) {
  const vec3 x = clamp(linear, 0.0, 1.0);
  return mix(12.92 * x, 1.055 * pow(x, vec3(1.0 / 2.4)) - 0.055, greaterThan(x, vec3(0.0031308)));
}

vec3 encode(vec3 linear, uint isInk) { return isInk == 1 ? encodePlain(linear) : encodeFilmic(linear); }

// Not a number, infinite: no value has this colour, and none has its stripes.
const vec3 kNotFinite = vec3(1.0, 0.0, 0.65);
const float kMarkCovers = 0.75;  // of what is behind a mark
vec3 notFiniteAt(vec2 pixel) { return mod(pixel.x + pixel.y, 8.0) < 4.0 ? kNotFinite : 0.18 * kNotFinite; }

#endif
