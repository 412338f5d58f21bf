// Trainer, continued: looks at many inputs. In the order of the stream between two steps, like the one
// example that is shown, and never inside what a backend captures.
#include <algorithm>

#include "compute/training/trainer.h"

namespace cajal {

LookFacts Trainer::lookAtExamples(Part part, std::size_t count) {
  const DeviceExamples& examples = examplesOf(part);
  const std::size_t rows = std::min({count, examples.count, m_network.looksCapacity()});
  if (rows == 0) return {};
  if (part == Part::training) m_data.training.waitUntilReady();
  fillLooks(rows, [&](std::size_t first, const Matrix& input) {
    m_backend.gather(examples, {0, first, input.rows, false}, input, m_targets);
  });
  return {Looks::examples, rows, 0, {}};
}

LookFacts Trainer::lookAtPlane() {
  if (m_network.shape(0).count() != 2) return {};
  const std::size_t side = planeSide(m_network.looksCapacity());
  if (!m_plane) makePlane(side);
  fillLooks(side * side, [&](std::size_t first, const Matrix& input) {
    m_backend.copy(m_plane.get() + first * 2, input.data, input.count());
  });
  return {Looks::plane, side * side, side, m_planeRange};
}

// The only time that a look waits for the backend.
void Trainer::makePlane(std::size_t side) {
  m_data.training.waitUntilReady();
  m_planeRange = planeOf(m_data.training);
  const std::vector<float> inputs = planeInputs(m_planeRange, side);
  ArenaMemory plane = m_backend.allocate(inputs.size());
  m_backend.write(plane.get(), inputs.data(), inputs.size());
  m_plane = std::move(plane);
}

// As many rows at once as the workspace has room for: what layers keep beside their outputs stands there, as
// between steps nobody else needs it. `readInput` fills the rows from `first` on.
void Trainer::fillLooks(std::size_t count,
                        const std::function<void(std::size_t first, const Matrix& input)>& readInput) {
  for (std::size_t first = 0; first < count; first += m_workspace.capacity) {
    const std::size_t rows = std::min(m_workspace.capacity, count - first);
    const Workspace looks = m_network.looks(m_workspace, first);
    readInput(first, looks.output(0, rows));
    m_network.forward(pass(false), looks, rows);
    m_backend.activateRows(m_configuration.network.head.activation,
                           looks.output(m_network.layers().size(), rows));
  }
}

}  // namespace cajal
