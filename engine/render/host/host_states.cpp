#include "engine/render/host/host_states.h"

#include <algorithm>

namespace cajal {

BufferRange HostStates::judge(const RenderGroup& group) {
  m_states.assign(group.nodeCount, gpu::kAlive);
  const auto looks = hostElements<float>(group.looks);
  for (const gpu::StateRequest& request : group.states) {
    m_flat.assign(request.count, 0);
    for (std::size_t row = 0; row < request.rows; ++row) {
      const float* const outputs = looks.data() + request.firstValue + row * request.count;
      for (std::size_t neuron = 0; neuron < request.count; ++neuron) {
        const float y = outputs[neuron];
        const bool isFlat = (y >= request.flatFrom && y <= request.flatTo) || y >= request.flatAbove;
        m_flat[neuron] += isFlat;
      }
    }
    for (std::size_t neuron = 0; neuron < request.count; ++neuron) {
      const bool isDead = request.rows > 0 && m_flat[neuron] == request.rows;
      const bool isSaturated = m_flat[neuron] >= request.enough;
      m_states[request.firstNode + neuron] = isDead        ? gpu::kDead
                                             : isSaturated ? gpu::kSaturated
                                                           : gpu::kAlive;
    }
  }
  BufferRange states;
  states.host = reinterpret_cast<const std::byte*>(m_states.data());
  states.bytes = m_states.size() * sizeof(float);
  return states;
}

}  // namespace cajal
