#version 460
// A pixel of a line: the blending adds it to what is there.
layout(location = 0) flat in vec2 light;
layout(location = 0) out vec4 sums;  // positive, negative

void main() { sums = vec4(light, 0.0, 0.0); }
