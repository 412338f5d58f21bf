// Training steps of a small dense network, many in one launch: one cluster of thread blocks that keep their
// share of the parameters in shared memory and hand sums to each other there.
//
// parameters and moments (arenas) are read once and overwritten at the end, with gradients (arena), those of
// the last step, and the clock in `state`. The statistics' slot is added to. Sums are taken in an order that
// the shapes alone decide, without atomics: the same steps give the same bits, in however many launches.
//
// A step of L layers meets 2 L times, once more where gradients are measured. Expected on an H100 for
// 784-128-64-10, 64 examples, 16 blocks (all estimates, in clocks of 1.75 GHz; nothing was measured yet):
//   products       0.91e6 multiply-adds a block, 128 a clock, some 75 % of that   9,500
//   exchange       50 KB a block from others, some 14 bytes a clock               3,600
//   barriers       7, some 350 clocks                                             2,500
//   update         6,850 parameters, some 50 instructions for Adam                2,700
//   examples       12.5 KB of bytes, latency of L2 and a transposition            1,300
//   head and rest  softmax of ten outputs in one thread, launch divided           1,500
// together 21,000 clocks or 12 µs. Compiled for sm_90: 96 registers, nothing spilled; the 16 sums of
// backwardInput() go through local memory, since f' is too long to be unrolled for each.
#include <cooperative_groups.h>

#include <algorithm>
#include <utility>

#include "compute/cuda/cluster/cluster_books.h"
#include "compute/cuda/cluster/cluster_exchange.h"
#include "compute/cuda/cluster/cluster_memory.h"
#include "compute/cuda/cluster/cluster_products.h"
#include "compute/cuda/cluster/cluster_step.h"
#include "compute/cuda/launch.h"

namespace cajal::cuda {
namespace {

template <typename Cluster>
__device__ void begin(const Cluster& cluster, const Block& block) {
  openBooks(block);
  clearShare(block);
  __syncthreads();
  if (block.isWorker()) fetchShare(block);
  if (block.keepsBooks()) chooseExamples(block, 0, block.books.state.clock.cursor, block.lane(), kWarp);
  __syncthreads();
  if (block.isWorker()) fetchInputs(block, 0);
  cluster.sync();
}

// To dLoss/dZ of the last layer, each block that of the examples it judges.
template <typename Cluster>
__device__ void forward(const Cluster& cluster, const Block& block, std::uint64_t step) {
  for (unsigned l = 0; l < block.plan.layers; ++l) {
    if (l > 0 && block.isWorker()) activateOwn(cluster, block, l - 1);
    __syncthreads();
    if (block.isWorker()) addUpSums(block, l);
    if (l == 0 && block.keepsBooks()) lookAhead(block, step);
    cluster.sync();
  }
  if (block.isWorker()) collectOutputs(cluster, block);
  __syncthreads();
  if (block.isWorker()) judge(block, step);
  cluster.sync();
}

// To the share's gradients. Those of weights are computed while others may still compute what is waited for:
// who has met the cluster again may be ahead of its own block, until that meets.
template <typename Cluster>
__device__ void backward(const Cluster& cluster, const Block& block) {
  for (unsigned l = block.plan.layers - 1; l > 0; --l) {
    if (block.isWorker()) collectGradients(cluster, block, l);
    __syncthreads();
    if (block.isWorker()) backwardInput(block, l);
    auto arrival = cluster.barrier_arrive();
    if (block.isWorker()) backwardParameters(block, l);
    cluster.barrier_wait(std::move(arrival));
  }
  if (block.isWorker()) collectGradients(cluster, block, 0);
  __syncthreads();
  if (block.isWorker()) backwardParameters(block, 0);
  if (block.keepsBooks() && block.rank == 0) addStatistics(cluster, block);
  __syncthreads();
}

// Whether there is an update, and how large. While blocks wait for each other, they fetch what step `next`
// reads.
template <typename Cluster>
__device__ void measure(const Cluster& cluster, const Block& block, std::uint64_t next) {
  if (block.isWorker()) measureShare(block);
  __syncthreads();
  if (block.keepsBooks()) concludeShare(block);
  auto arrival = cluster.barrier_arrive();
  if (block.isWorker()) fetchInputs(block, next);
  cluster.barrier_wait(std::move(arrival));
  if (block.keepsBooks()) conclude(cluster, block);
  __syncthreads();
}

template <UpdateRule rule>
__device__ void updateShare(const Block& block) {
  const ClusterWork& work = block.work;
  const Hyperparameters h = hyperparametersOf(block.books.state);
  const UpdateScale scale = block.books.scale;
  const bool hasMoments = block.plan.hasMoments;
  float* const m = hasMoments ? block.floats + block.plan.firstMoments : work.m;
  float* const v = hasMoments ? block.floats + block.plan.secondMoments : work.v;
  const bool alongArenas = !hasMoments || work.average || work.changes;
  forParameters(block, alongArenas, [&](unsigned i, std::size_t inArena) {
    const bool isPenalized = inArena < work.penalized;
    const std::size_t moment = hasMoments ? i : inArena;
    float& w = block.parameters()[i];
    const float before = w;
    UpdateScale own = scale;
    if (!isPenalized) own = withoutPenalty(own);
    updateParameter<rule>(h, own, isPenalized ? h.l1 : 0.0f, w, block.gradients()[i], m[moment], v[moment]);
    if (work.changes) work.changes[inArena] = w - before;
    if (work.average) work.average[inArena] = movedAverage(work.average[inArena], w, work.averageDecay);
  });
}

// A blocked update leaves the parameters, but the average moves on.
__device__ void moveAverageAlone(const Block& block) {
  const ClusterWork& work = block.work;
  forParameters(block, true, [&](unsigned i, std::size_t inArena) {
    work.average[inArena] = movedAverage(work.average[inArena], block.parameters()[i], work.averageDecay);
  });
}

__device__ void update(const Block& block) {
  if (block.books.isBlocked) return block.work.average ? moveAverageAlone(block) : void();
  withRule(block.books.state.rules.hyperparameters.rule,
           [&]<UpdateRule rule>() { updateShare<rule>(block); });
}

template <typename Cluster>
__device__ void finish(const Cluster& cluster, const Block& block, bool hasStepped) {
  cluster.sync();  // nobody leaves whose shared memory is still read, and the state was read by all
  if (hasStepped && block.isWorker()) bringShareBack(block);
  if (block.rank != 0 || threadIdx.x != kClusterWorkers) return;
  block.work.state->clock = block.books.state.clock;
  *block.work.statistics = block.books.statistics;
}

template <typename Cluster>
__device__ void train(const Cluster& cluster, const Block& block, std::uint64_t steps) {
  begin(cluster, block);
  std::uint64_t step = 0;
  for (; step < steps && !isHalted(block.books.state.clock); ++step) {
    forward(cluster, block, step);
    backward(cluster, block);
    if (block.work.isMeasured) {
      measure(cluster, block, step + 1);
    } else if (block.isWorker()) {
      fetchInputs(block, step + 1);
    }
    if (block.isWorker()) update(block);
    __syncthreads();
    if (threadIdx.x == kClusterWorkers) block.books.state.clock = block.books.next;
    __syncthreads();
  }
  finish(cluster, block, step > 0);
}

__global__ void __launch_bounds__(kClusterThreads, 1)
    clusterStepsKernel(const __grid_constant__ ClusterWork work, std::uint64_t steps) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  const auto cluster = cooperative_groups::this_cluster();
  auto* const shared = dynamicShared<unsigned char>();
  const Block block = {work, work.plan, *reinterpret_cast<Books*>(shared),
                       reinterpret_cast<float*>(shared + kBooksBytes), cluster.block_rank()};
  train(cluster, block, steps);
#endif
}

// ---------------------------------------------------------------------------------------------------------------

constexpr std::uint64_t kMostStepsOfLaunch = 128;  // 1 to 2 ms, by arithmetic

LaunchShape shapeOf(const ClusterPlan& plan) {
  return {plan.blocks, kClusterThreads, plan.sharedBytes, plan.blocks};
}

LookedAt lookedAt(const DenseTraining& training) {
  LookedAt lookedAt = {};
  std::copy(training.y.begin(), training.y.end(), lookedAt.y);
  std::copy(training.z.begin(), training.z.end(), lookedAt.z);
  return lookedAt;
}

ClusterWork workOf(const DenseTraining& training, const ClusterPlan& plan, const ClusterPlaces& places) {
  return {plan,
          rowsOf(*training.examples),
          training.seed,
          training.head,
          1.0f / static_cast<float>(training.batch),
          training.state,
          training.arenas.parameters,
          training.gradients,
          training.arenas.firstMoments,
          training.arenas.secondMoments,
          training.arenas.changes,
          lookedAt(training),
          training.arenas.penalized,
          training.isMeasured,
          training.average,
          training.averageDecay,
          places.statistics,
          places.facts,
          places.blockedOnHost};
}

}  // namespace

bool fitsGpu(const ClusterPlan& plan) {
  return mostClusters(clusterStepsKernel, shapeOf(plan), "asking for a cluster") > 0;
}

void clusterSteps(const Queue& queue, const DenseTraining& training, const ClusterPlan& plan,
                  const ClusterPlaces& places, std::uint64_t steps) {
  const ClusterWork work = workOf(training, plan, places);
  for (; steps > 0; steps -= std::min(steps, kMostStepsOfLaunch)) {
    launch(clusterStepsKernel, shapeOf(plan), queue.stream, "training in a cluster", work,
           std::min(steps, kMostStepsOfLaunch));
  }
}

}  // namespace cajal::cuda
