#pragma once
// The pointer: what is under it, and what a click selects. Render thread only.

#include <optional>
#include <span>

#include "engine/render/read_back.h"
#include "engine/window/input.h"
#include "viewer/actions/action.h"
#include "viewer/scene/held_matrix.h"
#include "viewer/scene/picking.h"
#include "viewer/scene/view_settings.h"

namespace cajal {

// A network that is drawn, as the pointer needs it.
struct PointedScene {
  LaneNumber lane;
  std::uint32_t group;  // RenderGroup::id
  const NetworkLayout& layout;
  const HeldMatrix* held;  // null: none of its matrices is held
  const ViewSettings& settings;
  glm::mat4 viewProjection;  // from the network's own space
  glm::vec2 viewport;        // pixels
  float fieldOfView;         // radians
  const ReadBack& readBack;  // the renderer's answers: the edge under a pixel comes some frames later
};

// What a click has made of the settings of a network.
struct Click {
  LaneNumber lane;
  ViewSettings wanted;
};

class Pointer {
 public:
  // Once a frame. `input`: null where nobody can point, such as without a window; `isFree`: no panel is under
  // the pointer.
  void look(const WindowInput* input, bool isFree, std::span<const PointedScene> scenes);
  // What a click has just asked for; nothing where none was. A click on a neuron shows its edges alone, one
  // beside everything shows all of the `selected` network again; a click on a matrix holds it before the eye,
  // and another one hangs it back.
  std::optional<Click> clicked(const WindowInput& input, bool isFree, std::span<const PointedScene> scenes,
                               LaneNumber selected);

  const Pick& hovered() const { return m_hovered; }
  LaneNumber lane() const { return m_lane; }         // whose that is
  glm::vec2 position() const { return m_position; }  // pixels
  // Where the renderer is to look for an edge: nothing else is under the pointer.
  std::optional<glm::vec2> edgePick() const;
  // Counts what was hovered: numbers that are read back say which they belong to.
  std::uint64_t number() const { return m_number; }

 private:
  Pick m_hovered;
  LaneNumber m_lane = 1;
  std::uint64_t m_number = 1;
  glm::vec2 m_position{0.0f};
  std::optional<glm::vec2> m_pressedAt;
  bool m_asksForEdge = false;
};

}  // namespace cajal
