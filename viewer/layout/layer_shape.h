#pragma once
// What a layer looks like wherever it stands: its form, its rows and columns, its size.

#include "viewer/layout/network_layout.h"

namespace cajal {

inline constexpr float kWidestSpacing = 3.0f;  // world units between neighbours
inline constexpr float kBlockHeight = 8.0f;    // of a folded layer, world units

LayerLayout shapeOf(const ExampleShape& shape, bool isOutput, bool isFolded);
// Other rows and columns of neurons, or of pictures, so many world units wide, unless neighbours would stand
// further apart than `widest`.
void reshape(LayerLayout& layer, std::size_t columns, float width, float widest = kWidestSpacing);

// The axes of a layer that stands upright and is left along `normal`, which is level: `right` is to the right
// of whoever looks that way.
void standUpright(LayerLayout& layer, glm::vec3 normal);
// Upright on a circle round the Y axis, `angle` radians from its far side (-Z), clockwise seen from above. It
// is left along the circle, but for wide layers where an eye in front would see their edge: these turn a
// little.
void standOnCircle(LayerLayout& layer, float radius, float angle);
// Around the plane, and around spheres that stand out of it.
Box boxAround(const LayerLayout& layer);

}  // namespace cajal
