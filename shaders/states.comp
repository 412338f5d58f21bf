#version 460
// Which neurons are dead or saturated, from their outputs for many inputs. One thread a neuron.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_scalar_block_layout : require
#include "shared/scene.h"

layout(local_size_x = 64) in;
layout(binding = 0, scalar) readonly buffer Requests { StateRequest requests[]; };
layout(binding = 1, scalar) readonly buffer Looks { float looks[]; };
layout(binding = 2, scalar) writeonly buffer States { float states[]; };  // by node

layout(push_constant) uniform Constants { uint index; uint firstNeuron; };

void main() {
  const StateRequest request = requests[index];
  const uint neuron = firstNeuron + gl_GlobalInvocationID.x;
  if (neuron >= request.count) return;
  uint flatOnes = 0;
  for (uint row = 0; row < request.rows; ++row) {
    const float y = looks[request.firstValue + row * request.count + neuron];
    flatOnes += uint((y >= request.flatFrom && y <= request.flatTo) || y >= request.flatAbove);
  }
  const bool isDead = request.rows > 0 && flatOnes == request.rows;
  const bool isSaturated = flatOnes >= request.enough;
  states[request.firstNode + neuron] = isDead ? kDead : isSaturated ? kSaturated : kAlive;
}
