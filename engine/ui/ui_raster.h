#pragma once
// ImGui's triangles on the host, for software devices, whose shaders take several times as long.

#include <cstdint>

#include "engine/render/host/host_picture.h"

struct ImDrawData;

namespace cajal {

// The letters, and all else that ImGui's atlas holds: its opacity, a byte a texel.
struct UiAtlas {
  const std::uint8_t* opacity = nullptr;
  std::int32_t width = 0, height = 0;
};

// Blends all of it over the picture, as ImGui's own back end would. `data` is of one atlas alone, and has no
// callbacks.
void drawOnHost(const ImDrawData& data, const UiAtlas& atlas, const HostPicture& picture);

}  // namespace cajal
