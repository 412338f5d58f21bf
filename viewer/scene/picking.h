#pragma once
// What is under the pointer: a neuron, or a cell of a matrix. Pure geometry, from the same layout that is
// drawn; its cost does not grow with the network, but where neurons are scattered (LayoutKind::force).
// Edges are too many for this: engine/render/passes/pick_pass.h.

#include <cstddef>
#include <glm/glm.hpp>
#include <optional>

#include "viewer/layout/network_layout.h"

namespace cajal {

struct Ray {
  glm::vec3 origin{0.0f}, direction{0.0f, 0.0f, -1.0f};  // world; direction of unit length
};

// Through the middle of a pixel (x right, y down).
Ray rayThrough(const glm::mat4& viewProjection, glm::vec2 viewport, glm::vec2 pixel);

struct NeuronPlace {
  std::size_t layer = 0;  // 0 is the input
  std::size_t index = 0;
  bool operator==(const NeuronPlace&) const = default;
};

struct CellPlace {
  std::size_t matrix = 0;  // of NetworkLayout::matrices
  std::size_t row = 0, column = 0;
  bool operator==(const CellPlace&) const = default;
};

// At most one of the three. An edge goes by the cell that its weight stands in.
struct Pick {
  std::optional<NeuronPlace> neuron;
  std::optional<CellPlace> cell;
  std::optional<CellPlace> edge;
  float distance = 0;  // world units along the ray
  bool operator==(const Pick& other) const {
    return neuron == other.neuron && cell == other.cell && edge == other.edge;
  }
  bool isNothing() const { return !neuron && !cell && !edge; }
};

// The nearest. `unitsPerPixel`: world units that a pixel is wide one unit away; spheres are never drawn
// smaller than a little more than a pixel, and are hit accordingly.
Pick pickUnder(const Ray& ray, const NetworkLayout& layout, float unitsPerPixel, bool showsMatrices);

}  // namespace cajal
