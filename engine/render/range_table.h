#pragma once
// Which ranges of values a group measures. Nodes, bundles and planes name a range by its index.

#include <cstdint>
#include <vector>

#include "shaders/shared/scene.h"

namespace cajal {

class RangeTable {
 public:
  // Returns the index of the new range. A default request measures nothing: it reserves an index
  // whose request comes later, and until then its range ends at 0.
  std::uint32_t add(const gpu::RangeRequest& request = {}) {
    m_requests.push_back(request);
    return static_cast<std::uint32_t>(m_requests.size() - 1);
  }
  // A range that is not measured.
  static gpu::RangeRequest fixed(float end) {
    gpu::RangeRequest request{};
    request.floor = end;
    return request;
  }
  void set(std::uint32_t index, const gpu::RangeRequest& request) { m_requests[index] = request; }

  // By index.
  const std::vector<gpu::RangeRequest>& requests() const { return m_requests; }
  const gpu::RangeRequest& operator[](std::uint32_t index) const { return m_requests[index]; }
  std::size_t size() const { return m_requests.size(); }

 private:
  std::vector<gpu::RangeRequest> m_requests;
};

}  // namespace cajal
