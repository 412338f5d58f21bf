// Pixels through which an edge passes that is not finite (kMarksBefore in shared/scene.h).
#ifndef CAJAL_MARKS_GLSL
#define CAJAL_MARKS_GLSL

// The word of a pixel, and its bit in it.
uint markWord(uvec2 pixel, uint width) { return pixel.y * markWords(width) + (pixel.x + kMarksBefore) / 32u; }
uint markBit(uvec2 pixel) { return 1u << ((pixel.x + kMarksBefore) & 31u); }

#endif
