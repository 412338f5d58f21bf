#pragma once
// The colours that tell lanes apart: of their names and of their curves.

#include <cstddef>
#include <cstdint>

namespace cajal {

// Bytes R, G, B, A from the lowest on, as ImGui has them. Neighbours
// differ for any common colour blindness, and the number beside a name is always there, too.
constexpr std::uint32_t laneColor(std::uint32_t number, bool isOnPaper) {
  constexpr std::uint32_t kColors[] = {0xFFF0984A, 0xFF3E96EE, 0xFF6CAE3A, 0xFFA860D8,
                                       0xFFB8AE30, 0xFF2AA0C4, 0xFFDC7E96, 0xFF5058E0};
  const std::uint32_t color = kColors[(number - 1) % (sizeof kColors / sizeof *kColors)];
  if (!isOnPaper) return color;
  // As ink: three quarters of the light.
  std::uint32_t ink = color & 0xFF000000;
  for (int byte = 0; byte < 3; ++byte) ink |= ((color >> (8 * byte) & 0xFF) * 3 / 4) << (8 * byte);
  return ink;
}

}  // namespace cajal
