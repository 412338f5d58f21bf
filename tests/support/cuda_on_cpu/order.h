#pragma once
// In which order blocks and threads run.

#include <cstdint>
#include <cstdlib>
#include <numeric>

namespace cuda_on_cpu {

// A walk through 0 … count - 1 that meets each once: steps of a length that shares no divisor with the count.
class Order {
 public:
  // The next of the program's.
  explicit Order(unsigned count) : m_count(count) {
    static const char* const asked = std::getenv("CAJAL_CUDA_ORDER");
    static std::uint64_t state = asked ? std::strtoull(asked, nullptr, 10) : 1;
    if (state == 0 || count < 2) return;
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    m_first = static_cast<unsigned>((state >> 33) % count);
    m_step = static_cast<unsigned>((state >> 13) % count);
    while (std::gcd(m_step, count) != 1) m_step = m_step % count + 1;
  }
  unsigned operator[](std::uint64_t i) const {
    return static_cast<unsigned>((m_first + i * m_step) % m_count);
  }

 private:
  unsigned m_count, m_first = 0, m_step = 1;
};

}  // namespace cuda_on_cpu
