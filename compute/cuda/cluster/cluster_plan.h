#pragma once
// How a small dense network is laid out over the blocks of one cluster: who owns which weights, and where
// everything stands in a block's shared memory. Plain arithmetic for host and device; no CUDA needed.
//
// C blocks. The neurons of every layer are cut into C slices, one a block. A block owns the weights that read
// its slice: columns of W, all rows of them. What it has of a layer's sums is then partial, and the owner of
// a neuron adds up what all blocks have; its value is already where the next layer's columns need it. And
// dLoss/dZ of the layer before needs no sum over blocks at all.
//
// The first layer has the most columns, and nobody wants the gradient of its input: it is cut both ways. Its
// columns go into `parts` bands, its rows into C / parts; blocks of the same rows stand side by side. Fewer
// parts mean less to add up and to hand out between blocks, and more of each example in every block.
//
// Glossary: B batch, K columns that a block owns, quad four neighbours, share what a block owns.

#include <cstddef>
#include <string>

#include "compute/core/dense_training.h"

namespace cajal::cuda {

inline constexpr unsigned kMostClusterLayers = 8;

struct Slice {
  unsigned begin = 0, count = 0;
};

// The part-th of `parts` slices of 0 … count - 1, in multiples of `unit`; their lengths differ by one unit at
// most. Some are empty where there are more parts than units.
CAJAL_HOST_DEVICE constexpr Slice sliceOf(unsigned count, unsigned parts, unsigned part, unsigned unit = 1) {
  const unsigned units = (count + unit - 1) / unit;
  const unsigned begin = units * part / parts * unit, end = units * (part + 1) / parts * unit;
  return {begin, (end < count ? end : count) - begin};
}

// The part whose slice, of unit 1, `index` lies in.
CAJAL_HOST_DEVICE constexpr unsigned ownerOf(unsigned count, unsigned parts, unsigned index) {
  return ((index + 1) * parts - 1) / count;
}

// What one block has to do with one layer.
struct LayerShare {
  Slice rows, columns;                    // of W: the weights it owns
  Slice own;                              // neurons, whose bias it owns and whose partial sums it adds up
  unsigned firstSource = 0, sources = 1;  // the blocks that have those: side by side
};

struct ClusterLayer {
  unsigned in = 0, out = 0;
  unsigned parts = 1;  // that columns are cut into
  Activation activation = Activation::identity;
  std::size_t weightInArena = 0, biasInArena = 0;  // floats
  unsigned weight = 0, bias = 0;                   // floats from the start of a share
  unsigned rowStride = 0;                          // from one column to the next: (K, rowStride)
  unsigned input = 0;   // what its columns read, (K, stride); floats of shared memory
  unsigned inputZ = 0;  // their z, where the activation before is not told from y
};

CAJAL_HOST_DEVICE inline LayerShare shareOf(const ClusterLayer& layer, unsigned blocks, unsigned rank,
                                            bool isFirst) {
  LayerShare share;
  share.own = sliceOf(layer.out, blocks, rank);
  share.columns =
      isFirst ? sliceOf(layer.in, layer.parts, rank % layer.parts, 4) : sliceOf(layer.in, blocks, rank);
  share.sources = layer.parts;
  share.firstSource = rank / layer.parts * layer.parts;
  const Slice first = sliceOf(layer.out, blocks, share.firstSource);
  const Slice last = sliceOf(layer.out, blocks, share.firstSource + share.sources - 1);
  share.rows = {first.begin, last.begin + last.count - first.begin};
  return share;
}

struct ClusterPlan {
  unsigned blocks = 1, layers = 0;
  ClusterLayer layer[kMostClusterLayers];
  unsigned batch = 0, quads = 0;  // B, and of four examples each
  // From one row of examples to the next, in floats: an odd number of quads, so that eight neighbouring rows
  // read as float4 meet eight different groups of banks.
  unsigned stride = 0;
  bool hasMoments = true;  // in shared memory; else in their arenas

  // Floats from the start of a block's shared memory, the same in every block.
  unsigned shareFloats = 0;  // of parameters; gradients and moments are laid out alike
  unsigned parameters = 0, gradients = 0, firstMoments = 0, secondMoments = 0;
  // Sums of layer l travel in [l % 2], dLoss/dZ of layer l in the other one: (rows, stride). Who writes one
  // has met everybody since the other was last read.
  unsigned exchange[2] = {};
  unsigned judged = 0;          // outputs of the examples it judges, (examples, out), and dLoss/dZ behind
  unsigned judgedExamples = 0;  // at most
  unsigned results = 0;         // RowResult (4 quads), each written by who judges it
  unsigned examples = 0;        // which they are, (2, batch): of this step and of the next
  std::size_t sharedBytes = 0;  // of a block
};

// Bytes before the floats above: what a block keeps books of (cluster_block.h).
inline constexpr std::size_t kBooksBytes = 2048;

struct ClusterLimits {
  unsigned blocks = 16;                  // wanted; a power of two
  std::size_t sharedBytes = 227u << 10;  // that a block may use
};

struct PlannedCluster {
  ClusterPlan plan;
  std::string whyNot;  // empty where there is a plan
};

PlannedCluster clusterPlan(const DenseTraining& training, const ClusterLimits& limits);

}  // namespace cajal::cuda
