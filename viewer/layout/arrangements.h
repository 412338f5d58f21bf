#pragma once
// The layouts, one file each: each gives layers that have their shape a place and axes, and says from where
// it is seen well. For viewer/layout alone.

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

// How far along a path each layer stands from the first, world units: `apart` from one open layer to the
// next, less where one is folded.
std::vector<float> stations(const NetworkLayout& layout, float apart);

}  // namespace cajal
