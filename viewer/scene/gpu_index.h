#pragma once
// Indices and counts as shaders take them. Thirty-two bits are enough: Vulkan binds no more than 2^32 bytes
// for a shader to read.

#include <cstddef>

#include "shaders/shared/types.h"

namespace cajal {

constexpr gpu::uint index(std::size_t value) {
  return static_cast<gpu::uint>(value);
}

}  // namespace cajal
