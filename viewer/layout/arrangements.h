#pragma once
// The layouts, one file each: each gives layers that have their shape a place and axes, and says from where
// it is seen well. For viewer/layout alone.

#include <functional>

#include "viewer/layout/network_layout.h"

namespace cajal {

void arrangeLayered(NetworkLayout& layout);
// Hung below the layers, when these stand: the matrices of a layered layout.
void hangMatrices(NetworkLayout& layout);
// How the kernels of a convolution hang, where they are few enough to be pictures of their own.
void hangKernels(MatrixLayout& matrix);
void arrangeInGrid(NetworkLayout& layout);
void arrangeInRing(NetworkLayout& layout);
void arrangeInSpiral(NetworkLayout& layout);
void arrangeInTree(NetworkLayout& layout);
void arrangeForForce(NetworkLayout& layout);

// Boxes, names, matrices and room for bars, when the layers stand where they shall.
void measure(NetworkLayout& layout);

// How far along a path each rank stands from the first, world units: `apart` from one to the next, less where
// all layers of one are folded.
std::vector<float> stations(const NetworkLayout& layout, float apart);
// Whether all layers of a rank are folded.
bool isFolded(const NetworkLayout& layout, std::size_t rank);
// By layer, world units: where it stands across the path, the layers of one rank beside each other in their
// order, each as close as can be to the layers that it reads. 0 where every rank has one layer. `size` is a
// layer's extent across the path; `gap` lies between two layers.
std::vector<float> placesAcross(const NetworkLayout& layout,
                                const std::function<float(const LayerLayout&)>& size, float gap);
// The same for layers that stand upright, which are placed above each other: heights of their centres.
std::vector<float> heightsOf(const NetworkLayout& layout);

}  // namespace cajal
