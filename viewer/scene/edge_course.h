#pragma once
// On which way edges run from one layer to the next.

#include "shaders/shared/scene.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

// Fills in gather, leave and arrive.
void follow(EdgeCourse course, const LayerLayout& from, const LayerLayout& to, gpu::EdgeBundle& bundle);

}  // namespace cajal
