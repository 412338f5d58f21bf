#include "viewer/world/pointer.h"

#include <algorithm>
#include <cmath>

#include "engine/render/passes/pick_pass.h"
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
  if (!answer || !answer->edge || answer->edge->group != scene.group ||
      glm::distance(answer->pixel, pixel) > PickPass::kReach)
    return std::nullopt;
  return edgeBetween(scene.layout, answer->edge->source, answer->edge->target);
}

// Edges apart, which are nowhere in particular.
Pick pickAt(glm::vec2 pixel, const PointedScene& scene) {
  // What is held before the eye stands before everything else.
  if (scene.held) {
    if (const auto cell = scene.held->cellAt(scene.layout, pixel))
      return {.neuron = {}, .cell = cell, .edge = {}};
  }
  const float unitsPerPixel = 2.0f * std::tan(0.5f * scene.fieldOfView) / scene.viewport.y;
  return pickUnder(rayThrough(scene.viewProjection, scene.viewport, pixel), scene.layout, unitsPerPixel,
                   scene.settings.showMatrices);
}

struct Found {
  Pick pick;
  LaneNumber lane = 1;
};

// The nearest of all networks; an edge where there is nothing else.
Found findAt(glm::vec2 pixel, std::span<const PointedScene> scenes) {
  Found found;
  for (const PointedScene& scene : scenes) {
    const Pick pick = pickAt(pixel, scene);
    if (pick.isNothing() || (!found.pick.isNothing() && pick.distance >= found.pick.distance)) continue;
    found = {pick, scene.lane};
  }
  for (const PointedScene& scene : scenes) {
    if (!found.pick.isNothing()) break;
    found.pick.edge = edgeAt(pixel, scene);
    found.lane = scene.lane;
  }
  return found;
}

}  // namespace

void Pointer::look(const WindowInput* input, bool isFree, std::span<const PointedScene> scenes) {
  Found found;
  const bool canPick = input && isFree && !m_pressedAt && !scenes.empty();
  if (canPick) {
    m_position = pixelUnder(*input, scenes.front().viewport);
    found = findAt(m_position + 0.5f, scenes);
  }
  if (!(found.pick == m_hovered && found.lane == m_lane)) ++m_number;
  m_hovered = found.pick;
  m_lane = found.lane;
  m_asksForEdge = canPick && !found.pick.neuron && !found.pick.cell;
}

std::optional<Click> Pointer::clicked(const WindowInput& input, bool isFree,
                                      std::span<const PointedScene> scenes, LaneNumber selected) {
  if (scenes.empty()) return std::nullopt;
  const glm::vec2 pixel = pixelUnder(input, scenes.front().viewport);
  if (input.isPressed(MouseButton::left) && isFree) m_pressedAt = pixel;
  if (!input.isReleased(MouseButton::left) || !m_pressedAt) return std::nullopt;
  const bool isClick = glm::distance(pixel, *m_pressedAt) <= kMostMoved;
  m_pressedAt.reset();
  if (!isClick) return std::nullopt;
  look(&input, isFree, scenes);
  const LaneNumber lane = m_hovered.isNothing() ? selected : m_lane;
  const auto scene =
      std::find_if(scenes.begin(), scenes.end(), [&](const PointedScene& each) { return each.lane == lane; });
  if (scene == scenes.end()) return std::nullopt;
  Click click{lane, scene->settings};
  if (m_hovered.cell) {
    const MatrixLayout& matrix = scene->layout.matrices[m_hovered.cell->matrix];
    const bool isHeld = scene->held && scene->held->matrix == m_hovered.cell->matrix;
    click.wanted.heldLayer = isHeld ? std::nullopt : std::optional(matrix.to);
    click.wanted.heldFrom = isHeld ? std::nullopt : std::optional(matrix.from);
  } else {
    click.wanted.selected = m_hovered.neuron;
  }
  return click;
}

std::optional<glm::vec2> Pointer::edgePick() const {
  return m_asksForEdge ? std::optional(m_position + 0.5f) : std::nullopt;
}

}  // namespace cajal
