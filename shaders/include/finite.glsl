// Which numbers are NaN or infinite, by their bits: without float controls an implementation of Vulkan may
// assume that there are none, and isnan() and isinf() may be false of every number.
#ifndef CAJAL_FINITE_GLSL
#define CAJAL_FINITE_GLSL

const uint kInfinity = 0x7f800000u;  // its bits; those of NaN are above
bool isNotANumber(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > kInfinity; }
bool isNotFinite(float x) { return (floatBitsToUint(x) & 0x7fffffffu) >= kInfinity; }

#endif
