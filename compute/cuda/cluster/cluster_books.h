#pragma once
// The books of a block: where the training stands, at which rate it goes on, which examples come next, and
// whether gradients are numbers. For .cu files. Every block keeps the same books, so that nobody has to ask.

#include "compute/cuda/cluster/cluster_block.h"

namespace cajal::cuda {

// Which examples the step behind `cursor` draws. `worker` of `workers` threads, whoever calls.
__device__ inline void chooseExamples(const Block& block, std::uint64_t step, std::uint64_t cursor,
                                      unsigned worker, unsigned workers) {
  unsigned* const chosen = block.examples(step);
  for (unsigned i = worker; i < block.plan.batch; i += workers) {
    chosen[i] =
        static_cast<unsigned>(shuffledExample(block.work.seed, block.work.examples.count, cursor + i));
  }
}

// At the beginning of a launch, by all threads.
__device__ inline void openBooks(const Block& block) {
  const ClusterWork& work = block.work;
  if (threadIdx.x < block.plan.layers) {
    const unsigned l = threadIdx.x;
    block.books.shares[l] = shareOf(block.plan.layer[l], block.plan.blocks, block.rank, l == 0);
  }
  if (threadIdx.x == kClusterWorkers) {
    block.books.state = *work.state;
    block.books.statistics = *work.statistics;
    block.books.isBlocked = false;
  }
}

// Ahead of the update, by the book-keeping warp while others multiply: powers and cosines in double, and the
// examples of the next step.
__device__ inline void lookAhead(const Block& block, std::uint64_t step) {
  Books& books = block.books;
  const StepClock& clock = books.state.clock;
  chooseExamples(block, step + 1, clock.cursor + books.state.rules.examplesPerStep, block.lane(), kWarp);
  if (block.lane() != 0) return;
  books.scale = updateScale(hyperparametersOf(books.state), clock.updates, 0.0);
  books.next = ticked(books.state.rules, clock);
}

// Σ g² and Σ 0 g of the whole warp, in the order of a tree.
__device__ inline ShareFacts sumOfWarp(ShareFacts own) {
  for (unsigned bit = kWarp / 2; bit > 0; bit /= 2) {
    own.squares += __shfl_xor_sync(0xFFFFFFFFu, own.squares, static_cast<int>(bit));
    own.zeros += __shfl_xor_sync(0xFFFFFFFFu, own.zeros, static_cast<int>(bit));
  }
  return own;
}

// By workers: what each warp of them knows of the share's gradients.
__device__ inline void measureShare(const Block& block) {
  const float clipValue = block.books.state.rules.hyperparameters.clipValue;
  const float* const gradients = block.gradients();
  ShareFacts own = {0, 0};
  forParameters(block, false, [&](unsigned i, std::size_t) {
    const float clipped = clippedGradient(gradients[i], clipValue);
    own.squares += clipped * clipped;
    own.zeros += 0.0f * gradients[i];
  });
  own = sumOfWarp(own);
  if (block.lane() == 0) block.books.ofWarps[threadIdx.x / kWarp] = own;
}

// By one warp: of the block.
__device__ inline void concludeShare(const Block& block) {
  const bool isWarp = block.lane() < kClusterWorkers / kWarp;
  const ShareFacts sum = sumOfWarp(isWarp ? block.books.ofWarps[block.lane()] : ShareFacts{0, 0});
  if (block.lane() == 0) block.books.facts = sum;
}

// What update.cu's concludeKernel decides, by one thread: the same in every block.
__device__ inline void decide(const Block& block, double squares, bool areFinite) {
  Books& books = block.books;
  const NotFinite policy = books.state.rules.onNotFinite;
  books.scale.gradient = gradientScale(books.state.rules.hyperparameters, sqrt(squares));
  books.isBlocked = !areFinite && policy != NotFinite::pass;
  if (!books.isBlocked) return;
  if (policy == NotFinite::stop) books.next.haltedAfter = books.state.clock.steps + 1;
  if (block.rank != 0) return;
  GradientFacts& facts = *block.work.facts;
  ++facts.blocked;
  *static_cast<volatile std::uint64_t*>(block.work.blockedOnHost) = facts.blocked;
}

// By one warp: of the cluster, in the order of its blocks.
template <typename Cluster>
__device__ void conclude(const Cluster& cluster, const Block& block) {
  ShareFacts own = {0, 0};
  if (block.lane() < block.plan.blocks) own = *cluster.map_shared_rank(&block.books.facts, block.lane());
  double squares = 0;
  bool areFinite = true;
  for (unsigned rank = 0; rank < block.plan.blocks; ++rank) {
    squares += static_cast<double>(__shfl_sync(0xFFFFFFFFu, own.squares, static_cast<int>(rank)));
    const float zeros = __shfl_sync(0xFFFFFFFFu, own.zeros, static_cast<int>(rank));
    areFinite = areFinite && zeros == 0.0f;
  }
  if (block.lane() == 0) decide(block, squares, areFinite);
}

}  // namespace cajal::cuda
