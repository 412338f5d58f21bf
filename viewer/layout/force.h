#pragma once
// Force: each neuron where its strongest weights pull it. Springs join it to the neurons that it reads and
// feeds most, the pull in proportion to |w|; neurons of a layer push each other away, so that they spread
// where nothing pulls (Fruchterman & Reingold, "Graph Drawing by Force-directed Placement", 1991, with their
// grid of cells). What belongs together in the network stands together in the picture.
//
// Layers keep their order: each has a slab of space that its neurons do not leave, one rank behind the other
// along +X or, where they are many, in rows as in the grid; the slabs of one rank stand above each other. A
// picture, or a folded layer, is one rigid body, whose pixels pull where they stand; it stays. The outputs,
// where a layer of them is few, stand in a column, so that they can be read, in the order in which they are
// pulled (by barycentres: Sugiyama, Tagawa & Toda, "Methods for Visual Understanding of Hierarchical System
// Structures", 1981).

#include <span>

#include "viewer/layout/network_layout.h"

namespace cajal {

// A dense weight between two layers, on the host: row-major, a row for each neuron of the layer `to`.
struct LayerWeights {
  std::size_t from = 0, to = 1;
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;
};

// Moves the neurons of a layout of kind `force`. They begin where they stood in `before`, where that is of
// this kind, too, so that little moves while weights change little; nothing is random. A fresh arrangement
// takes a few tenths of a second at most, on one core: where neurons are very many, fewer rounds are made, or
// none. Weights that are not finite pull at nothing.
void settle(NetworkLayout& layout, std::span<const LayerWeights> weights,
            const NetworkLayout* before = nullptr);

}  // namespace cajal
