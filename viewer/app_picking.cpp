// App, continued: what is under the pointer, and what a click selects.
#include <algorithm>
#include <cmath>

#include "viewer/app.h"
#include "viewer/scene/edge_ends.h"

namespace cajal {
namespace {

constexpr float kMostMoved = 4;  // pixels between press and release of a click; more is a drag

// The pixel of the picture that the cursor is over.
glm::vec2 pointerIn(const WindowInput& input, glm::vec2 viewport) {
  const PixelPlace place = input.mouseIn(static_cast<double>(viewport.x), static_cast<double>(viewport.y));
  return {static_cast<float>(place.x), static_cast<float>(place.y)};
}

}  // namespace

// Where nobody points, or a panel is pointed at, or the mouse is held, there is nothing.
void App::pickUnderPointer() {
  Pick pick;
  const bool canPick = m_stage.isWindowed() && !m_stage.ui().wantsMouse() && !m_pressedAt;
  if (canPick) {
    const glm::vec2 viewport(m_stage.extent().width, m_stage.extent().height);
    m_pointer = pointerIn(m_stage.window()->input(), viewport);
    const float unitsPerPixel = 2.0f * std::tan(0.5f * m_flight.camera().fieldOfView) / viewport.y;
    pick = pickUnder(rayThrough(viewProjection(), viewport, m_pointer + 0.5f), m_scene->layout(),
                     unitsPerPixel, m_settings.showMatrices);
    // What is held before the eye stands before everything else.
    const std::optional<CellPlace> held =
        m_held ? m_held->cellAt(m_scene->layout(), m_pointer + 0.5f) : std::nullopt;
    if (held) pick = {.neuron = {}, .cell = held, .edge = {}};
  }
  if (pick.isNothing() && canPick) pick.edge = edgeUnderPointer();
  if (!(pick == m_hovered)) ++m_hoverNumber;
  m_hovered = pick;
  m_asksForEdge = canPick && !pick.neuron && !pick.cell;
  m_settings.watchesNumbers = !pick.isNothing();
}

// The renderer finds it, a frame or two later; until then the last one stands, if it was asked for
// hereabouts.
std::optional<CellPlace> App::edgeUnderPointer() {
  const std::optional<ReadBack::EdgeAnswer>& answer = m_stage.renderer().readBack().edge();
  if (!answer || !answer->edge || glm::distance(answer->pixel, m_pointer + 0.5f) > PickPass::kReach)
    return std::nullopt;
  return edgeBetween(m_scene->layout(), answer->edge->source, answer->edge->target);
}

// A click on a neuron shows its edges alone; one beside everything shows all again. A click on a matrix holds
// it before the eye, and another one hangs it back.
void App::selectWhereClicked() {
  const WindowInput& input = m_stage.window()->input();
  const glm::vec2 pointer = pointerIn(input, {m_stage.extent().width, m_stage.extent().height});
  if (input.isPressed(MouseButton::left) && !m_stage.ui().wantsMouse()) m_pressedAt = pointer;
  if (!input.isReleased(MouseButton::left) || !m_pressedAt) return;
  const bool isClick = glm::distance(pointer, *m_pressedAt) <= kMostMoved;
  m_pressedAt.reset();
  if (!isClick) return;
  pickUnderPointer();
  ViewSettings wanted = m_settings;
  if (m_hovered.cell) {
    // A matrix is held before the eye, or hung back.
    const MatrixLayout& matrix = m_scene->layout().matrices[m_hovered.cell->matrix];
    const bool isHeld = m_held && m_held->matrix == m_hovered.cell->matrix;
    wanted.heldLayer = isHeld ? std::nullopt : std::optional(matrix.to);
    wanted.heldFrom = isHeld ? std::nullopt : std::optional(matrix.from);
  } else {
    wanted.selected = m_hovered.neuron;
  }
  carryOut(actionsBetween(viewSettings(), m_settings, wanted), Origin::user);
}

Hover App::hover() const {
  const ReadBack& readBack = m_stage.renderer().readBack();
  const std::span<const float> watched = readBack.watched(0);
  Hover hover{m_hovered, m_pointer, {}};
  const std::size_t outputs = m_outputs.size();
  if (readBack.number() == m_hoverNumber && watched.size() > outputs)
    hover.numbers.assign(watched.begin() + static_cast<std::ptrdiff_t>(outputs), watched.end());
  return hover;
}

}  // namespace cajal
