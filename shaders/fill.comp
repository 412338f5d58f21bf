// Writes first + step × index into every element of a buffer. The tests' smallest whole path through the device.
#version 460
#extension GL_EXT_scalar_block_layout : require

layout(local_size_x = 64) in;

layout(scalar, set = 0, binding = 0) writeonly buffer Values { uint values[]; };

layout(push_constant, scalar) uniform Constants {
  uint count;
  uint first;
  uint step;
};

void main() {
  const uint i = gl_GlobalInvocationID.x;
  if (i < count) values[i] = first + step * i;
}
