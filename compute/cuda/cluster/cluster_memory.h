#pragma once
// What a block fetches from device memory and brings back: its share of the parameters once a launch, its
// columns of the examples once a step. For .cu files.

#include "compute/cuda/cluster/cluster_block.h"

namespace cajal::cuda {

// By all threads: zero where no parameter is, so that rows up to the next multiple of four multiply to zero.
__device__ inline void clearShare(const Block& block) {
  for (unsigned i = threadIdx.x; i < block.plan.shareFloats; i += kClusterThreads) block.parameters()[i] = 0;
}

__device__ inline void fetchShare(const Block& block) {
  const ClusterWork& work = block.work;
  forParameters(block, true, [&](unsigned i, std::size_t inArena) {
    block.parameters()[i] = work.w[inArena];
    if (!block.plan.hasMoments) return;
    block.floats[block.plan.firstMoments + i] = work.m[inArena];
    block.floats[block.plan.secondMoments + i] = work.v[inArena];
  });
}

__device__ inline void bringShareBack(const Block& block) {
  const ClusterWork& work = block.work;
  forParameters(block, true, [&](unsigned i, std::size_t inArena) {
    work.w[inArena] = block.parameters()[i];
    work.g[inArena] = block.gradients()[i];
    if (!block.plan.hasMoments) return;
    work.m[inArena] = block.floats[block.plan.firstMoments + i];
    work.v[inArena] = block.floats[block.plan.secondMoments + i];
  });
}

// Four values side by side, of which `count` are there. Rows of a multiple of four features are read whole.
__device__ inline float4 quadAt(const ExampleRows& rows, std::size_t index, unsigned count) {
  if (rows.features % 4 != 0) {
    return {valueAt(rows, index), count > 1 ? valueAt(rows, index + 1) : 0.0f,
            count > 2 ? valueAt(rows, index + 2) : 0.0f, count > 3 ? valueAt(rows, index + 3) : 0.0f};
  }
  if (!rows.bytes) return load4(rows.floats + index);
  const unsigned four = *reinterpret_cast<const unsigned*>(rows.bytes + index);
  constexpr float kScale = 1.0f / 255.0f;
  return {static_cast<float>(four & 255u) * kScale, static_cast<float>(four >> 8 & 255u) * kScale,
          static_cast<float>(four >> 16 & 255u) * kScale, static_cast<float>(four >> 24) * kScale};
}

// This block's columns of the examples of a step: (K, stride), zero behind the batch. A warp takes sixteen
// examples by two quads of columns: it writes to 32 banks, and reads eight bytes of a row at least.
__device__ inline void fetchInputs(const Block& block, std::uint64_t step) {
  const Slice columns = block.share(0).columns;
  const unsigned quads = (columns.count + 3) / 4, stride = block.plan.stride, batch = block.plan.batch;
  const unsigned padded = 4 * block.plan.quads, groups = (padded + 15) / 16;
  const ExampleRows& rows = block.work.examples;
  const unsigned* const examples = block.examples(step);
  forPlaces((quads + 1) / 2, groups * kWarp, [&](unsigned pair, unsigned place) {
    const unsigned example = place % 16 + place / kWarp * 16, quad = 2 * pair + place / 16 % 2;
    if (example >= padded || quad >= quads) return;
    const unsigned left = columns.count - 4 * quad, count = left < 4 ? left : 4;
    float4 values = {0, 0, 0, 0};
    if (example < batch)
      values = quadAt(rows, examples[example] * rows.features + columns.begin + 4 * quad, count);
    float* const to = block.input(0) + 4 * quad * stride + example;
    to[0] = values.x;
    if (count > 1) to[stride] = values.y;
    if (count > 2) to[2 * stride] = values.z;
    if (count > 3) to[3 * stride] = values.w;
  });
}

}  // namespace cajal::cuda
