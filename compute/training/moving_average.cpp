#include "compute/training/moving_average.h"

namespace cajal {

void MovingAverage::begin(float decay) {
  m_values = nullptr;
  follow(decay);
}

void MovingAverage::follow(float decay) {
  m_decay = decay;
  if (decay <= 0) m_values = nullptr;
  if (decay <= 0 || m_values) return;
  m_values = m_backend.allocate(m_network.arenaFloats(ArenaKind::parameters));
  m_backend.copy(m_network.arena(ArenaKind::parameters), m_values.get(), count());
}

void MovingAverage::move(const StepState* state) {
  if (!m_values) return;
  m_backend.moveAverage(state, m_network.arena(ArenaKind::parameters), m_decay, m_values.get(), count());
}

std::vector<float> MovingAverage::read() const {
  std::vector<float> values(count());
  if (m_values) m_backend.read(m_values.get(), values.data(), values.size());
  return values;
}

void MovingAverage::write(const std::vector<float>& values) {
  if (m_values && values.size() == count()) m_backend.write(m_values.get(), values.data(), values.size());
}

}  // namespace cajal
