#pragma once
// The price of looking, measured: what training and drawing cost, over half a second each time.

#include <cstdint>

#include "viewer/world/state.h"

namespace cajal {

class PriceMeter {
 public:
  // Totals since the program began.
  struct Totals {
    std::uint64_t steps = 0, frames = 0, bytesCopied = 0;
  };

  // `now`: seconds, of the wall clock.
  void begin(double now, const Totals& totals) { m_since = now, m_before = totals; }
  // Once a frame. `drawMilliseconds`: of the last frame, on the drawing device.
  void update(double now, const Totals& totals, double drawMilliseconds);
  const Price& price() const { return m_price; }

 private:
  Price m_price;
  Totals m_before;
  double m_since = 0;
};

}  // namespace cajal
