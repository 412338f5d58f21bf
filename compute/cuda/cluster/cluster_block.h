#pragma once
// What a block of the cluster knows, and how its threads share work. For .cu files.
//
// Threads are workers, who compute, and one warp more that keeps the books: clock, rates and the order of the
// examples, whose powers and permutations would otherwise be waited for. All of them meet every barrier.
//
// Functions that reach into other blocks take the cluster as a template parameter: GPUs before Hopper have
// none, and their code is then never made.

#include "compute/cuda/cluster/cluster_plan.h"
#include "compute/cuda/example_rows.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {

inline constexpr unsigned kWarp = 32;
// Sixteen warps of workers: four for each of a multiprocessor's schedulers, enough to hide shared memory's
// latency, with 120 registers for each thread. Half would leave tiles of 16 sums too few, twice as many too
// few registers.
inline constexpr unsigned kClusterWorkers = 512;
inline constexpr unsigned kClusterThreads = kClusterWorkers + kWarp;

// Where outputs are left for somebody who looks, by layer: (B, out), or null.
struct LookedAt {
  float* y[kMostClusterLayers];
  float* z[kMostClusterLayers];
};

// The kernel's argument: the plan, and what stands in device memory.
struct ClusterWork {
  ClusterPlan plan;
  ExampleRows examples;
  std::uint64_t seed;
  Head head;
  float inverseBatch;
  StepState* state;
  float *w, *g, *m, *v;  // arenas
  float* changes;        // of w in the last step; or null
  LookedAt lookedAt;
  std::size_t penalized;
  bool isMeasured;
  float* average;  // or null
  float averageDecay;
  Statistics* statistics;
  GradientFacts* facts;
  std::uint64_t* blockedOnHost;
};

// What one block knows of its gradients: Σ g², and Σ 0 g, which is NaN where a value is not finite.
struct ShareFacts {
  float squares, zeros;
};

// At the beginning of a block's shared memory.
struct Books {
  StepState state;        // of the step at hand
  StepClock next;         // behind it
  UpdateScale scale;      // its last factor only once gradients are measured
  bool isBlocked;         // the update
  Statistics statistics;  // of the first block alone: the slot's
  ShareFacts facts;       // of this block; others read it
  ShareFacts ofWarps[kWarp];
  LayerShare shares[kMostClusterLayers];
};
static_assert(sizeof(Books) <= kBooksBytes);

struct Block {
  const ClusterWork& work;
  const ClusterPlan& plan;
  Books& books;
  float* floats;  // the plan's offsets count from here
  unsigned rank;

  __device__ float* parameters() const { return floats + plan.parameters; }
  __device__ float* gradients() const { return floats + plan.gradients; }
  // Sums of layer l, and dLoss/dZ of it: (rows, stride)
  __device__ float* sums(unsigned l) const { return floats + plan.exchange[l % 2]; }
  __device__ float* dLoss_dZ(unsigned l) const { return floats + plan.exchange[(l + 1) % 2]; }
  // (K, stride): what layer l reads
  __device__ float* input(unsigned l) const { return floats + plan.layer[l].input; }
  __device__ float* inputZ(unsigned l) const { return floats + plan.layer[l].inputZ; }
  __device__ RowResult* results() const { return reinterpret_cast<RowResult*>(floats + plan.results); }
  // (batch): of this step, or of the one behind it
  __device__ unsigned* examples(std::uint64_t step) const {
    return reinterpret_cast<unsigned*>(floats + plan.examples) + (step % 2) * plan.batch;
  }
  __device__ const LayerShare& share(unsigned l) const { return books.shares[l]; }
  __device__ bool isWorker() const { return threadIdx.x < kClusterWorkers; }
  __device__ bool keepsBooks() const { return threadIdx.x >= kClusterWorkers; }
  __device__ unsigned lane() const { return threadIdx.x % kWarp; }
};

__device__ inline float4 load4(const float* from) {
  return *reinterpret_cast<const float4*>(from);
}

__device__ inline void store4(float* to, const float4& value) {
  *reinterpret_cast<float4*>(to) = value;
}

// Calls use(slow, fast) for each place of a table, workers side by side along `fast`. One division a worker,
// and none a place.
template <typename Use>
__device__ void forPlaces(unsigned slowCount, unsigned fastCount, Use&& use) {
  if (fastCount == 0) return;
  const unsigned slowStep = kClusterWorkers / fastCount, fastStep = kClusterWorkers % fastCount;
  unsigned slow = threadIdx.x / fastCount, fast = threadIdx.x % fastCount;
  while (slow < slowCount) {
    use(slow, fast);
    slow += slowStep;
    fast += fastStep;
    if (fast >= fastCount) {
      fast -= fastCount;
      ++slow;
    }
  }
}

// Calls use(place in the share, place in an arena) for each parameter of the share. Along an arena, memory is
// read in whole sectors; along a share, shared memory without conflicts.
template <typename Use>
__device__ void forParameters(const Block& block, bool alongArena, Use&& use) {
  for (unsigned l = 0; l < block.plan.layers; ++l) {
    const ClusterLayer& layer = block.plan.layer[l];
    const LayerShare& share = block.share(l);
    const auto useWeight = [&](unsigned row, unsigned column) {
      use(layer.weight + column * layer.rowStride + row, layer.weightInArena +
                                                             std::size_t{share.rows.begin + row} * layer.in +
                                                             share.columns.begin + column);
    };
    if (alongArena) {
      forPlaces(share.rows.count, share.columns.count, useWeight);
    } else {
      forPlaces(share.columns.count, share.rows.count,
                [&](unsigned column, unsigned row) { useWeight(row, column); });
    }
    forPlaces(1, share.own.count, [&](unsigned, unsigned neuron) {
      use(layer.bias + neuron, layer.biasInArena + share.own.begin + neuron);
    });
  }
}

}  // namespace cajal::cuda
