#pragma once
// Which edges a connection stands for, and between which neurons they run. Pure: shapes in, indices out.
//
// An identity has one edge a neuron: from neuron i to neuron i.
//
// A weight of a dense layer is one edge. One of a convolution is used at every place of its window; what is
// shown is one place, so that there, too, every weight is one edge: where a neuron of it is selected the
// window of that neuron, else the one in the middle of the image. Where a neuron that it reads is selected,
// its edges are those that lead to all who read it.

#include <cstddef>
#include <optional>
#include <vector>

#include "shaders/shared/scene.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/picking.h"

namespace cajal {

// Edges between neurons of the two layers of a connection, as one gpu::EdgeBundle says it.
struct EdgePart {
  std::size_t source = 0, sources = 0;
  std::size_t target = 0, targets = 0;
  std::size_t firstValue = 0;  // floats from the matrix's first; an identity has no floats
  gpu::EdgeWindow window{};

  std::size_t edges() const { return sources * targets; }
};

// Whether edges of this matrix are drawn; where a neuron is selected, only those that it ends or begins.
bool hasEdges(const MatrixLayout& matrix, const std::optional<NeuronPlace>& selected);
std::vector<EdgePart> edgeParts(const NetworkLayout& layout, std::size_t matrix,
                                const std::optional<NeuronPlace>& selected);
// Of a convolution: all that its neurons read in the place that is shown.
EdgePart shownWindow(const MatrixLayout& matrix, const std::optional<NeuronPlace>& selected);

// The neurons that the edge of a cell joins, in MatrixLayout::from and MatrixLayout::to: none where a
// convolution reads beside the image, or does not read the neuron that is selected, and beside the diagonal
// of an identity.
struct EdgeEnds {
  std::size_t source = 0, target = 0;
};
std::optional<EdgeEnds> edgeEnds(const NetworkLayout& layout, const CellPlace& cell,
                                 const std::optional<NeuronPlace>& selected);

// The edge between two nodes of NetworkLayout::nodes, as the renderer names it; none where no edge joins
// them. Of two connections between the same layers the first that joins them.
std::optional<CellPlace> edgeBetween(const NetworkLayout& layout, std::size_t sourceNode,
                                     std::size_t targetNode);

}  // namespace cajal
