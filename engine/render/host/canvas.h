#pragma once
// What solid things are drawn into on the host.

#include <cstdint>

namespace cajal::host {

// Borrowed. Rows lie close together, from the top; depth is 0 … 1, the nearest is 0.
struct Canvas {
  std::uint32_t* pixels;  // RGBA, red is the lowest byte
  float* depth;
  std::uint32_t width, height;
  std::uint32_t left;  // nothing is drawn before this column
};

}  // namespace cajal::host
