#pragma once
// The three products of a dense layer, in shared memory, by the workers of one block. For .cu files.
//
// Each worker holds a tile of 4 x 4 sums. A turn of 16 fused multiply-adds reads two float4: 0.125 reads a
// multiply-add. A multiprocessor multiplies for 4 warps a clock, so 16 multiply-adds take a warp's share of
// 4 clocks; a float4 read by a warp whose lanes share addresses takes two. Both are busy then, neither waits
// long for the other. Where there are fewer tiles than workers, up to 16 lanes take a part of one sum each.
//
// Operands lie (K, stride) with the batch side by side; strides are odd numbers of quads (cluster_plan.h), so
// that neither rows nor columns of quads meet in one bank.

#include "compute/cuda/cluster/cluster_block.h"

namespace cajal::cuda {

// How a product of (rows, columns) is dealt to warps.
struct Tiles {
  unsigned rows, columns;  // of tiles
  unsigned pair;           // rows of tiles whose lanes are neighbours: 2, or 1 where there is but one
  unsigned count;          // of tiles, and of places where a last row has no partner
  unsigned splits;         // lanes that share a tile: a power of two up to 16
  unsigned chunk;          // of the summed dimension, for one of them
};

__device__ inline Tiles tilesOf(unsigned rows, unsigned columns, unsigned summed) {
  Tiles tiles = {(rows + 3) / 4, (columns + 3) / 4, rows > 4 ? 2u : 1u, 0, 1, 0};
  tiles.count = (tiles.rows + tiles.pair - 1) / tiles.pair * tiles.pair * tiles.columns;
  while (tiles.splits < 16 && 2 * tiles.splits * tiles.count <= kClusterWorkers && 4 * tiles.splits < summed)
    tiles.splits *= 2;
  const unsigned quads = (summed + 4 * tiles.splits - 1) / (4 * tiles.splits);
  // Long chunks begin an odd number of quads apart, in other banks.
  tiles.chunk = 4 * (quads > 4 ? quads | 1 : quads);
  return tiles;
}

// One half of a tile's sums is handed to the lane `bit` away, which hands over the other half: what is left
// are `kept` sums of both.
template <unsigned kept>
__device__ void fold(float (&sums)[16], unsigned bit) {
  const bool isUpper = threadIdx.x & bit;
  for (unsigned i = 0; i < kept; ++i) {
    const float given = isUpper ? sums[i] : sums[i + kept];
    const float own = isUpper ? sums[i + kept] : sums[i];
    sums[i] = own + __shfl_xor_sync(0xFFFFFFFFu, given, static_cast<int>(bit));
  }
}

// Of a tile that `splits` lanes share, each keeps 16 / splits sums, in the order of the lanes.
__device__ inline void addSplits(unsigned splits, float (&sums)[16]) {
  if (splits >= 2) fold<8>(sums, 16);
  if (splits >= 4) fold<4>(sums, 8);
  if (splits >= 8) fold<2>(sums, 4);
  if (splits >= 16) fold<1>(sums, 2);
}

// addTerms(tile row, tile column, begin, end, sums) adds the terms begin … end - 1 of 16 sums;
// store(tile row, tile column, place in the tile, sum) is called once a sum. Called by whole warps of
// workers.
template <typename AddTerms, typename Store>
__device__ void multiply(const Block& block, const Tiles& tiles, unsigned summed, AddTerms&& addTerms,
                         Store&& store) {
  const unsigned tilesOfWarp = kWarp / tiles.splits, lane = block.lane();
  const unsigned begin = lane / tilesOfWarp * tiles.chunk, kept = 16 / tiles.splits;
  const unsigned end = begin + tiles.chunk < summed ? begin + tiles.chunk : summed;
  for (unsigned first = threadIdx.x / kWarp * tilesOfWarp; first < tiles.count;
       first += kClusterWorkers / kWarp * tilesOfWarp) {
    const unsigned tile = first + lane % tilesOfWarp, inPair = tile / tiles.pair;
    const unsigned row = inPair / tiles.columns * tiles.pair + tile % tiles.pair;
    const unsigned column = inPair % tiles.columns;
    const bool isTile = tile < tiles.count && row < tiles.rows;
    float sums[16] = {};
    if (isTile) addTerms(row, column, begin, end, sums);
    addSplits(tiles.splits, sums);
    const unsigned firstKept = lane / tilesOfWarp * kept;
    for (unsigned i = 0; i < 16; ++i) {
      if (isTile && i < kept) store(row, column, firstKept + i, sums[i]);
    }
  }
}

// sums (i, j) += x i · y j
__device__ inline void addOuter(const float4& x, const float4& y, float (&sums)[16]) {
  const float left[4] = {x.x, x.y, x.z, x.w}, right[4] = {y.x, y.y, y.z, y.w};
  for (unsigned i = 0; i < 4; ++i) {
    for (unsigned j = 0; j < 4; ++j) sums[4 * i + j] += left[i] * right[j];
  }
}

__device__ inline void addDot(const float4& x, const float4& y, float& sum) {
  sum += x.x * y.x;
  sum += x.y * y.y;
  sum += x.z * y.z;
  sum += x.w * y.w;
}

// What layer l's columns of this block add to its sums: (rows, B) = W (K, rows)ᵀ · input (K, B). The owner
// of a neuron begins with its bias.
__device__ inline void addUpSums(const Block& block, unsigned l) {
  const ClusterLayer& layer = block.plan.layer[l];
  const LayerShare& share = block.share(l);
  const unsigned stride = block.plan.stride, columns = share.columns.count;
  const float *weight = block.parameters() + layer.weight, *bias = block.parameters() + layer.bias;
  const float* const input = block.input(l);
  float* const sums = block.sums(l);
  const unsigned firstOwn = share.own.begin - share.rows.begin;
  multiply(
      block, tilesOf(share.rows.count, 4 * block.plan.quads, columns), columns,
      [&](unsigned row, unsigned column, unsigned begin, unsigned end, float(&tile)[16]) {
        for (unsigned k = begin; k < end; ++k)
          addOuter(load4(weight + k * layer.rowStride + 4 * row), load4(input + k * stride + 4 * column),
                   tile);
      },
      [&](unsigned row, unsigned column, unsigned place, float sum) {
        const unsigned neuron = 4 * row + place / 4, ofOwn = neuron - firstOwn;
        if (neuron >= share.rows.count) return;
        sums[neuron * stride + 4 * column + place % 4] = sum + (ofOwn < share.own.count ? bias[ofOwn] : 0.0f);
      });
}

// dLoss/dZ of the layer before, for the slice that this block owns: (K, B) = (W · dLoss_dZ (rows, B)) ⊙ f'.
// Zero for examples that are not.
__device__ inline void backwardInput(const Block& block, unsigned l) {
  const ClusterLayer& layer = block.plan.layer[l];
  const LayerShare& share = block.share(l);
  const unsigned stride = block.plan.stride, columns = share.columns.count;
  const unsigned summed = (share.rows.count + 3) / 4 * 4;  // rows that are not are zero
  const float *weight = block.parameters() + layer.weight, *dLoss_dZ = block.dLoss_dZ(l);
  const float *y = block.input(l), *z = layer.inputZ ? block.inputZ(l) : y;
  float* const before =
      block.dLoss_dZ(l - 1) + (share.columns.begin - block.share(l - 1).rows.begin) * stride;
  const Activation activation = block.plan.layer[l - 1].activation;
  multiply(
      block, tilesOf(columns, 4 * block.plan.quads, summed), summed,
      [&](unsigned row, unsigned column, unsigned begin, unsigned end, float(&tile)[16]) {
        for (unsigned o = begin; o < end; o += 4) {
          float4 right[4];
          for (unsigned i = 0; i < 4; ++i) right[i] = load4(dLoss_dZ + (o + i) * stride + 4 * column);
          for (unsigned i = 0; i < 4; ++i) {
            const unsigned k = 4 * row + i < columns ? 4 * row + i : columns - 1;
            const float4 w = load4(weight + k * layer.rowStride + o);
            for (unsigned j = 0; j < 4; ++j) {
              const float4 r = right[j];
              const float left = j == 0 ? w.x : j == 1 ? w.y : j == 2 ? w.z : w.w;
              tile[4 * i] += left * r.x;
              tile[4 * i + 1] += left * r.y;
              tile[4 * i + 2] += left * r.z;
              tile[4 * i + 3] += left * r.w;
            }
          }
        }
      },
      [&](unsigned row, unsigned column, unsigned place, float sum) {
        const unsigned k = 4 * row + place / 4, example = 4 * column + place % 4, at = k * stride + example;
        if (k >= columns) return;
        before[at] = example < block.plan.batch ? sum * derivative(activation, z[at], y[at]) : 0.0f;
      });
}

// dW (K, rows) = input (K, B) · dLoss_dZ (rows, B)ᵀ. A tile's rows and columns stand apart, so that
// neighbouring lanes read neighbouring rows.
__device__ inline void backwardWeights(const Block& block, unsigned l) {
  const ClusterLayer& layer = block.plan.layer[l];
  const LayerShare& share = block.share(l);
  const unsigned stride = block.plan.stride, columns = share.columns.count, rows = share.rows.count;
  const unsigned summed = 4 * block.plan.quads;
  const float *input = block.input(l), *dLoss_dZ = block.dLoss_dZ(l);
  float* const gradient = block.gradients() + layer.weight;
  const Tiles tiles = tilesOf(columns, rows, summed);
  multiply(
      block, tiles, summed,
      [&](unsigned row, unsigned column, unsigned begin, unsigned end, float(&tile)[16]) {
        const float *left[4], *right[4];
        for (unsigned i = 0; i < 4; ++i) {
          const unsigned k = row + i * tiles.rows, o = column + i * tiles.columns;
          left[i] = input + (k < columns ? k : row) * stride;
          right[i] = dLoss_dZ + (o < rows ? o : column) * stride;
        }
        for (unsigned b = begin; b < end; b += 4) {
          float4 d[4];
          for (unsigned j = 0; j < 4; ++j) d[j] = load4(right[j] + b);
          for (unsigned i = 0; i < 4; ++i) {
            const float4 x = load4(left[i] + b);
            for (unsigned j = 0; j < 4; ++j) addDot(x, d[j], tile[4 * i + j]);
          }
        }
      },
      [&](unsigned row, unsigned column, unsigned place, float sum) {
        const unsigned k = row + place / 4 * tiles.rows, o = column + place % 4 * tiles.columns;
        if (k < columns && o < rows) gradient[k * layer.rowStride + o] = sum;
      });
}

// dBias = Σ dLoss_dZ over the batch, for the neurons this block owns: by the last workers, who have the least
// to do.
__device__ inline void backwardBiases(const Block& block, unsigned l) {
  const LayerShare& share = block.share(l);
  const unsigned fromLast = kClusterWorkers - 1 - threadIdx.x;
  for (unsigned n = fromLast; n < share.own.count; n += kClusterWorkers) {
    const float* const dLoss_dZ =
        block.dLoss_dZ(l) + (share.own.begin - share.rows.begin + n) * block.plan.stride;
    float sum = 0;
    for (unsigned b = 0; b < 4 * block.plan.quads; b += 4) {
      const float4 d = load4(dLoss_dZ + b);
      sum += (d.x + d.y) + (d.z + d.w);
    }
    block.gradients()[block.plan.layer[l].bias + n] = sum;
  }
}

__device__ inline void backwardParameters(const Block& block, unsigned l) {
  backwardWeights(block, l);
  backwardBiases(block, l);
}

}  // namespace cajal::cuda
