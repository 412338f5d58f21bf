#pragma once
// A matrix held before the eye: large, upright and sharp, whatever the camera does. It is drawn like any
// other, from the memory that the optimiser writes.

#include <optional>

#include "engine/ui/ui.h"
#include "viewer/scene/labels.h"
#include "viewer/scene/network_scene.h"

namespace cajal {

struct HeldMatrix {
  std::size_t matrix = 0;           // of NetworkLayout::matrices
  glm::vec2 low{0.0f}, high{0.0f};  // its corners, pixels
  std::optional<CellPlace> cellAt(const NetworkLayout& layout, glm::vec2 pixel) const;
};

// At the upper right, as large as leaves room for the rest. Nothing where none is held.
std::optional<HeldMatrix> heldMatrix(const NetworkLayout& layout, const ViewSettings& settings,
                                     const LabelView& view);
// Moves a matrix's plane there; `scene` says where the eye is.
gpu::Plane heldPlane(gpu::Plane plane, const HeldMatrix& held, const gpu::View& view, glm::vec2 viewport);
// Its frame and its name, and the row and column of what is under the pointer.
void drawHeldMatrix(const Ui& ui, const HeldMatrix& held, const NetworkLayout& layout,
                    const ViewerState& state, const ViewSettings& settings, const LabelView& view);

}  // namespace cajal
