#pragma once
// On which way edges run from one layer to another.

#include "shaders/shared/scene.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

// Fills in gather, leave and arrive. Edges that take a detour (MatrixLayout::detour) are drawn together on
// any course, so that they pass between other layers like a cable.
void follow(EdgeCourse course, const NetworkLayout& layout, const MatrixLayout& matrix,
            gpu::EdgeBundle& bundle);

}  // namespace cajal
