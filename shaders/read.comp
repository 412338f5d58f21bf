#version 460
// Reads a buffer from end to end and adds it up: what any pass over it is measured against (viewer/tools).
#extension GL_EXT_scalar_block_layout : require

layout(local_size_x = 256) in;
layout(binding = 0) readonly buffer Values { vec4 values[]; };
layout(binding = 1) buffer Sum { float sum; };
layout(push_constant) uniform Constants { uint count; };  // of vec4

void main() {
  vec4 all = vec4(0.0);
  const uint step = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
  for (uint i = gl_GlobalInvocationID.x; i < count; i += step) all += values[i];
  if (all.x + all.y + all.z + all.w == 1.2345e30) sum = all.x;  // so that the compiler keeps the loop
}
