#include "compute/training/probe.h"

#include <algorithm>
#include <utility>

namespace cajal {

void Probe::showExample(Part part, std::size_t index) {
  const DeviceExamples& examples = m_feed.examples(part);
  if (examples.count == 0) return;
  m_feed.read(part, index % examples.count, m_network.shown().output(0, 1));
  forward(m_network.shown(), 1);
}

LookFacts Probe::lookAtExamples(Part part, std::size_t count) {
  const std::size_t rows = std::min({count, m_feed.examples(part).count, m_network.looksCapacity()});
  if (rows == 0) return {};
  fillLooks(rows, [&](std::size_t first, const Matrix& input) { m_feed.read(part, first, input); });
  return {Looks::examples, rows, 0, {}};
}

LookFacts Probe::lookAtPlane() {
  if (m_network.shape(0).count() != 2) return {};
  const std::size_t side = planeSide(m_network.looksCapacity());
  if (!m_plane) makePlane(side);
  fillLooks(side * side, [&](std::size_t first, const Matrix& input) {
    m_backend.copy(m_plane.get() + first * 2, input.data, input.count());
  });
  return {Looks::plane, side * side, side, m_planeRange};
}

void Probe::judge(Part part, std::size_t count, int statistics) {
  const std::size_t last = m_network.layers().size(), examples = std::min(count, m_feed.examples(part).count);
  if (m_average.values()) m_network.bindParameters(m_average.values());
  for (std::size_t done = 0; done < examples; done += m_scratch.capacity) {
    const std::size_t rows = std::min(m_scratch.capacity, examples - done);
    m_feed.read(part, done, m_scratch.output(0, rows));
    m_network.forward({m_backend}, m_scratch, rows);
    m_backend.run(ApplyHead{m_network.description().head, m_scratch.output(last, rows), m_feed.targets(),
                            nullptr, 0.0f, statistics});
  }
  if (m_average.values()) m_network.bindParameters(m_network.arena(ArenaKind::parameters));
}

std::size_t Probe::planeFloats() const {
  return m_plane ? cajal::planeFloats(m_network.looksCapacity()) : 0;
}

// The only time that a look waits for the backend.
void Probe::makePlane(std::size_t side) {
  m_feed.data().training.waitUntilReady();
  m_planeRange = planeOf(m_feed.data().training);
  const std::vector<float> inputs = planeInputs(m_planeRange, side);
  ArenaMemory plane = m_backend.allocate(inputs.size());
  m_backend.write(plane.get(), inputs.data(), inputs.size());
  m_plane = std::move(plane);
}

// As many rows at once as the scratch has room for: what layers keep beside their outputs stands there.
// `readInput` fills the rows from `first` on.
void Probe::fillLooks(std::size_t count,
                      const std::function<void(std::size_t first, const Matrix& input)>& readInput) {
  for (std::size_t first = 0; first < count; first += m_scratch.capacity) {
    const std::size_t rows = std::min(m_scratch.capacity, count - first);
    const Workspace looks = m_network.looks(m_scratch, first);
    readInput(first, looks.output(0, rows));
    forward(looks, rows);
  }
}

// With the head's activation: to what the network answers.
void Probe::forward(const Workspace& workspace, std::size_t rows) {
  m_network.forward({m_backend}, workspace, rows);
  m_backend.run(ActivateRows{m_network.description().head.activation,
                             workspace.output(m_network.layers().size(), rows)});
}

}  // namespace cajal
