#pragma once
// What blocks of the cluster hand to each other, through distributed shared memory: sums, and dLoss/dZ. For
// .cu files. Everything is read, nothing is written, in other blocks; sums are taken in the order of blocks.

#include <algorithm>

#include "compute/cuda/cluster/cluster_block.h"

namespace cajal::cuda {

// Four examples' values of a neuron, to where somebody looks; nowhere where that is null.
__device__ inline void show(const Block& block, float* values, unsigned l, unsigned neuron, unsigned quad,
                            const float (&four)[4]) {
  if (!values) return;
  for (unsigned i = 0; i < 4; ++i) {
    const std::size_t example = 4 * quad + i;
    if (example < block.plan.batch) values[example * block.plan.layer[l].out + neuron] = four[i];
  }
}

// y of the neurons this block owns, of all examples, to where layer l + 1 reads it: f of the sums that blocks
// have. Zero for examples that are not.
template <typename Cluster>
__device__ void activateOwn(const Cluster& cluster, const Block& block, unsigned l) {
  const LayerShare& share = block.share(l);
  const unsigned stride = block.plan.stride, batch = block.plan.batch;
  const Activation activation = block.plan.layer[l].activation;
  float* const z = block.plan.layer[l + 1].inputZ ? block.inputZ(l + 1) : nullptr;
  forPlaces(share.own.count, block.plan.quads, [&](unsigned neuron, unsigned quad) {
    float* const own = block.sums(l) + (share.own.begin - share.rows.begin + neuron) * stride + 4 * quad;
    float sums[4] = {};
    for (unsigned source = 0; source < share.sources; ++source) {
      const float4 part = load4(cluster.map_shared_rank(own, share.firstSource + source));
      sums[0] += part.x;
      sums[1] += part.y;
      sums[2] += part.z;
      sums[3] += part.w;
    }
    float y[4];
    for (unsigned i = 0; i < 4; ++i) y[i] = 4 * quad + i < batch ? activate(activation, sums[i]) : 0.0f;
    const unsigned at = neuron * stride + 4 * quad;
    store4(block.input(l + 1) + at, {y[0], y[1], y[2], y[3]});
    if (z) store4(z + at, {sums[0], sums[1], sums[2], sums[3]});
    show(block, block.work.lookedAt.y[l], l, share.own.begin + neuron, quad, y);
    show(block, block.work.lookedAt.z[l], l, share.own.begin + neuron, quad, sums);
  });
}

// The examples this block judges: whole quads.
__device__ inline Slice judgedBy(const Block& block) {
  const Slice quads = sliceOf(block.plan.quads, block.plan.blocks, block.rank);
  const unsigned begin = 4 * quads.begin, most = block.plan.batch - std::min(begin, block.plan.batch);
  return {begin, std::min(4 * quads.count, most)};
}

// z of the outputs, (examples, out), of the examples this block judges.
template <typename Cluster>
__device__ void collectOutputs(const Cluster& cluster, const Block& block) {
  const unsigned last = block.plan.layers - 1, outputs = block.plan.layer[last].out;
  const LayerShare& share = block.share(last);
  const Slice judged = judgedBy(block);
  forPlaces(outputs, judged.count, [&](unsigned output, unsigned example) {
    float* const own = block.sums(last) + output * block.plan.stride + judged.begin + example;
    float sum = 0;
    for (unsigned source = 0; source < share.sources; ++source)
      sum += *cluster.map_shared_rank(own, share.firstSource + source);
    block.floats[block.plan.judged + example * outputs + output] = sum;
  });
}

__device__ inline RowTarget targetOf(const ExampleRows& rows, std::size_t example) {
  return {rows.targets ? 0 : rows.labels[example],
          rows.targets ? rows.targets + example * rows.outputs : nullptr,
          rows.weights ? rows.weights[example] : 1.0f};
}

// y of an example it judges, (out), to where somebody looks.
__device__ inline void showOutputs(const Block& block, unsigned example, const float* y) {
  const unsigned last = block.plan.layers - 1, outputs = block.plan.layer[last].out;
  float* const shown = block.work.lookedAt.y[last];
  for (unsigned c = 0; shown && c < outputs; ++c) shown[std::size_t{example} * outputs + c] = y[c];
}

// Loss and dLoss/dZ of those examples, one a worker; zero for places of its quads that hold none.
__device__ inline void judge(const Block& block, std::uint64_t step) {
  const unsigned last = block.plan.layers - 1, outputs = block.plan.layer[last].out;
  const Slice judged = judgedBy(block);
  const unsigned places = (judged.count + 3) / 4 * 4;
  for (unsigned i = threadIdx.x; i < places; i += kClusterWorkers) {
    float* const z = block.floats + block.plan.judged + i * outputs;
    float* const gradient = z + block.plan.judgedExamples * outputs;
    const bool isExample = i < judged.count;
    if (isExample) {
      const RowTarget target = targetOf(block.work.examples, block.examples(step)[judged.begin + i]);
      block.results()[judged.begin + i] =
          headRow(block.work.head, z, outputs, target, gradient, block.work.inverseBatch);
      showOutputs(block, judged.begin + i, z);
    }
    float* const dLoss_dZ = block.dLoss_dZ(last) + judged.begin + i;
    for (unsigned c = 0; c < outputs; ++c) dLoss_dZ[c * block.plan.stride] = isExample ? gradient[c] : 0.0f;
  }
}

// dLoss/dZ of all rows of layer l that this block's weights lead to: each quad from the block that has it, at
// the same place. Rows up to the next multiple of four are zero.
template <typename Cluster>
__device__ void collectGradients(const Cluster& cluster, const Block& block, unsigned l) {
  const unsigned rows = block.share(l).rows.count, firstRow = block.share(l).rows.begin;
  const unsigned blocks = block.plan.blocks, quads = block.plan.quads, out = block.plan.layer[l].out;
  const bool isLast = l + 1 == block.plan.layers;
  forPlaces((rows + 3) / 4 * 4, quads, [&](unsigned row, unsigned quad) {
    float* const own = block.dLoss_dZ(l) + row * block.plan.stride + 4 * quad;
    if (row >= rows) return store4(own, {0, 0, 0, 0});
    const unsigned owner = isLast ? ownerOf(quads, blocks, quad) : ownerOf(out, blocks, firstRow + row);
    if (owner != block.rank) store4(own, load4(cluster.map_shared_rank(own, owner)));
  });
}

__device__ inline void add(Statistics& sum, const Statistics& part) {
  sum.loss += part.loss;
  sum.correct += part.correct;
  sum.count += part.count;
}

// Adds the batch to the slot's statistics, in the order and in the groups that head.cu takes. Called by one
// warp of the first block.
template <typename Cluster>
__device__ void addStatistics(const Cluster& cluster, const Block& block) {
  Statistics total = block.books.statistics;
  for (unsigned first = 0; first < block.plan.batch; first += kWarp) {
    const unsigned example = first + block.lane(), left = block.plan.batch - first;
    const unsigned count = left < kWarp ? left : kWarp;
    RowResult own = {};
    if (example < block.plan.batch) {
      const unsigned owner = ownerOf(block.plan.quads, block.plan.blocks, example / 4);
      own = *cluster.map_shared_rank(block.results() + example, owner);
    }
    Statistics sum;
    for (unsigned i = 0; i < count; ++i)
      sum.loss += static_cast<double>(__shfl_sync(0xFFFFFFFFu, own.loss, static_cast<int>(i)));
    sum.correct = static_cast<unsigned>(__popc(__ballot_sync(0xFFFFFFFFu, own.correct)));
    sum.count = count;
    add(total, sum);
  }
  __syncwarp();
  if (block.lane() == 0) block.books.statistics = total;
}

}  // namespace cajal::cuda
