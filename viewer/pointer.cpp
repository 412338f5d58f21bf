#include "viewer/pointer.h"

#include <cmath>

#include "engine/render/pick_pass.h"
#include "viewer/scene/edge_ends.h"

namespace cajal {
namespace {

constexpr float kMostMoved = 4;  // pixels between press and release of a click; more is a drag

// The pixel of the picture that the cursor is over.
glm::vec2 pixelUnder(const WindowInput& input, glm::vec2 viewport) {
  const PixelPlace place = input.mouseIn(static_cast<double>(viewport.x), static_cast<double>(viewport.y));
  return {static_cast<float>(place.x), static_cast<float>(place.y)};
}

// The renderer finds it, a frame or two later; until then the last one stands, if it was asked for
// hereabouts.
std::optional<CellPlace> edgeAt(glm::vec2 pixel, const PointedScene& scene) {
  const std::optional<ReadBack::EdgeAnswer>& answer = scene.readBack.edge();
  if (!answer || !answer->edge || glm::distance(answer->pixel, pixel) > PickPass::kReach) return std::nullopt;
  return edgeBetween(scene.layout, answer->edge->source, answer->edge->target);
}

Pick pickAt(glm::vec2 pixel, const PointedScene& scene) {
  // What is held before the eye stands before everything else.
  if (scene.held) {
    if (const auto cell = scene.held->cellAt(scene.layout, pixel))
      return {.neuron = {}, .cell = cell, .edge = {}};
  }
  const float unitsPerPixel = 2.0f * std::tan(0.5f * scene.fieldOfView) / scene.viewport.y;
  Pick pick = pickUnder(rayThrough(scene.viewProjection, scene.viewport, pixel), scene.layout, unitsPerPixel,
                        scene.showsMatrices);
  if (pick.isNothing()) pick.edge = edgeAt(pixel, scene);
  return pick;
}

}  // namespace

void Pointer::look(const WindowInput* input, bool isFree, const PointedScene& scene) {
  Pick pick;
  const bool canPick = input && isFree && !m_pressedAt;
  if (canPick) {
    m_position = pixelUnder(*input, scene.viewport);
    pick = pickAt(m_position + 0.5f, scene);
  }
  if (!(pick == m_hovered)) ++m_number;
  m_hovered = pick;
  m_asksForEdge = canPick && !pick.neuron && !pick.cell;
}

std::optional<ViewSettings> Pointer::clicked(const WindowInput& input, bool isFree, const PointedScene& scene,
                                             const ViewSettings& settings) {
  const glm::vec2 pixel = pixelUnder(input, scene.viewport);
  if (input.isPressed(MouseButton::left) && isFree) m_pressedAt = pixel;
  if (!input.isReleased(MouseButton::left) || !m_pressedAt) return std::nullopt;
  const bool isClick = glm::distance(pixel, *m_pressedAt) <= kMostMoved;
  m_pressedAt.reset();
  if (!isClick) return std::nullopt;
  look(&input, isFree, scene);
  ViewSettings wanted = settings;
  if (m_hovered.cell) {
    const MatrixLayout& matrix = scene.layout.matrices[m_hovered.cell->matrix];
    const bool isHeld = scene.held && scene.held->matrix == m_hovered.cell->matrix;
    wanted.heldLayer = isHeld ? std::nullopt : std::optional(matrix.to);
    wanted.heldFrom = isHeld ? std::nullopt : std::optional(matrix.from);
  } else {
    wanted.selected = m_hovered.neuron;
  }
  return wanted;
}

std::optional<glm::vec2> Pointer::edgePick() const {
  return m_asksForEdge ? std::optional(m_position + 0.5f) : std::nullopt;
}

}  // namespace cajal
