#pragma once
// shaders/states.comp on the host: which nodes are dead or saturated.

#include <vector>

#include "engine/render/scene.h"

namespace cajal {

class HostStates {
 public:
  // A float a node, valid until the next call; zero where group.states does not ask.
  BufferRange judge(const RenderGroup& group);

 private:
  std::vector<float> m_states;
  std::vector<std::uint32_t> m_flat;  // outputs, of each neuron of a layer
};

}  // namespace cajal
