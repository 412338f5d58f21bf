// Colour: linear inside, encoded once where the picture is written.
#ifndef CAJAL_COLOR_GLSL
#define CAJAL_COLOR_GLSL

vec3 encodeFilmic(vec3 linear) {
  return vec3(encodeFilmic(linear.r), encodeFilmic(linear.g), encodeFilmic(linear.b));
}
vec3 encodePlain(vec3 linear) {
  return vec3(encodePlain(linear.r), encodePlain(linear.g), encodePlain(linear.b));
}
vec3 encode(vec3 linear, uint isInk) { return isInk == 1 ? encodePlain(linear) : encodeFilmic(linear); }

vec3 notFiniteAt(vec2 pixel) { return stripeLight(uint(pixel.x), uint(pixel.y)) * kNotFiniteColor; }

#endif
