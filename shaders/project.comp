#version 460
// Nodes into clip space, once a frame: edges then only blend what stands here.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) uniform ViewBlock { View view; };
layout(binding = 1, scalar) readonly buffer Nodes { Node nodes[]; };
layout(binding = 2, scalar) writeonly buffer Projected { vec4 projected[]; };  // clip space

layout(push_constant) uniform Constants { uint firstNode; uint nodeCount; };  // of this dispatch; of all

void main() {
  const uint index = firstNode + gl_GlobalInvocationID.x;
  if (index >= nodeCount) return;
  projected[index] = view.viewProjection * vec4(mix(nodes[index].position, nodes[index].before, view.remaining), 1.0);
}
