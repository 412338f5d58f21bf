#pragma once
// The moving average of a network's parameters, which evaluations may look at in their place.

#include <vector>

#include "compute/core/backend.h"
#include "compute/training/network.h"

namespace cajal {

class MovingAverage {
 public:
  // Keeps references. None is kept at first.
  MovingAverage(Backend& backend, const Network& network) : m_backend(backend), m_network(network) {}

  // Begins anew where the parameters are: an average that began at zero would have to be corrected for long.
  // `decay`: 0 … 1; 0: none is kept.
  void begin(float decay);
  // Another decay from the next step on; an average that is kept goes on.
  void follow(float decay);
  // Behind an update.
  void move(const StepState* state);

  // (arenaFloats(parameters)) in the backend's memory; null where none is kept.
  float* values() const { return m_values.get(); }
  float decay() const { return m_decay; }
  // Host copies of all of it; empty where none is kept. A copy of another size is not taken.
  std::vector<float> read() const;
  void write(const std::vector<float>& values);

 private:
  std::size_t count() const { return m_values ? m_network.arenaFloats(ArenaKind::parameters) : 0; }

  Backend& m_backend;
  const Network& m_network;
  ArenaMemory m_values;
  float m_decay = 0;
};

}  // namespace cajal
