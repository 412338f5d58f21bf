#version 460
// The light planes forget: each keeps 1 - blend of what it holds, before the frame's samples come in.
#extension GL_GOOGLE_include_directive : require

layout(local_size_x = 64) in;
layout(binding = 0) buffer Light { uvec4 light[]; };  // two pixels at a time

layout(push_constant) uniform Constants { uint first; uint count; float keep; };  // of this dispatch; of all

void main() {
  const uint index = first + gl_GlobalInvocationID.x;
  if (index >= count) return;
  light[index] = uvec4(vec4(light[index]) * keep);
}
