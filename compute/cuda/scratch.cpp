#include "compute/cuda/scratch.h"

#include <algorithm>

namespace cajal::cuda {

float* Scratch::floats(std::size_t count) {
  if (m_buffers.empty() || count > m_count) {
    const std::size_t larger = std::max(count, 2 * m_count);
    m_buffers.push_back(allocateDevice<float>(larger, "scratch memory of the layers"));
    m_count = larger;
  }
  return m_buffers.back().get();
}

}  // namespace cajal::cuda
