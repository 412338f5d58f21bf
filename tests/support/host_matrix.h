#pragma once
// Matrices in host memory, and the same in a backend's memory: what tests of operations stand on.

#include <cstdint>
#include <vector>

#include "compute/core/backend.h"
#include "compute/core/random.h"

namespace cajal::test {

// Row-major values with their shape; `matrix()` borrows them.
struct HostMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;

  HostMatrix(std::size_t rowCount, std::size_t columnCount, float value = 0)
      : rows(rowCount), columns(columnCount), values(rowCount * columnCount, value) {}
  HostMatrix(std::size_t rowCount, std::size_t columnCount, std::vector<float> content)
      : rows(rowCount), columns(columnCount), values(std::move(content)) {}

  float operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

// Uniform in [low, high), a function of the seed.
inline HostMatrix randomMatrix(std::size_t rows, std::size_t columns, std::uint64_t seed, float low = -1,
                               float high = 1) {
  HostMatrix matrix(rows, columns);
  Random random(seed, RandomStream::points);
  for (float& value : matrix.values) value = random.uniform(low, high);
  return matrix;
}

inline std::vector<Label> randomLabels(std::size_t count, std::uint32_t classes, std::uint64_t seed) {
  std::vector<Label> labels(count);
  Random random(seed, RandomStream::points, 1);
  for (Label& label : labels) label = random.index(classes);
  return labels;
}

// A copy of host values in a backend's memory, for as long as this lives.
class Placed {
 public:
  Placed(Backend& backend, const HostMatrix& host)
      : m_backend(backend),
        m_memory(backend.allocate(host.values.size())),
        m_rows(host.rows),
        m_columns(host.columns) {
    backend.write(m_memory.get(), host.values.data(), host.values.size());
  }

  float* data() const { return m_memory.get(); }
  Matrix matrix() const { return {m_memory.get(), m_rows, m_columns}; }

  HostMatrix read() const {
    HostMatrix host(m_rows, m_columns);
    m_backend.read(m_memory.get(), host.values.data(), host.values.size());
    return host;
  }

 private:
  Backend& m_backend;
  ArenaMemory m_memory;
  std::size_t m_rows, m_columns;
};

// Labels in a backend's memory. Backends move floats; each carries one label's bits.
class PlacedLabels {
 public:
  PlacedLabels(Backend& backend, const std::vector<Label>& labels)
      : m_backend(backend), m_count(labels.size()), m_memory(backend.allocate(labels.size())) {
    static_assert(sizeof(Label) == sizeof(float));
    backend.write(m_memory.get(), reinterpret_cast<const float*>(labels.data()), labels.size());
  }

  Label* data() const { return reinterpret_cast<Label*>(m_memory.get()); }
  Targets targets() const { return {data()}; }

  std::vector<Label> read() const {
    std::vector<Label> labels(m_count);
    m_backend.read(m_memory.get(), reinterpret_cast<float*>(labels.data()), m_count);
    return labels;
  }

 private:
  Backend& m_backend;
  std::size_t m_count;
  ArenaMemory m_memory;
};

}  // namespace cajal::test
