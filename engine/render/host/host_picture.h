#pragma once
// A picture while the host draws it.

#include <cstdint>

namespace cajal {

// Borrowed. RGBA, red is the lowest byte; rows lie close together, from the top.
struct HostPicture {
  std::uint32_t* pixels = nullptr;
  std::uint32_t width = 0, height = 0;
};

}  // namespace cajal
