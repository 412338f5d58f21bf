#include "compute/cuda/cluster/cluster_plan.h"

#include <algorithm>

namespace cajal::cuda {
namespace {

// Multiply-adds a step beyond which a graph of kernels, on all multiprocessors, is likely to be quicker: its
// launches cost 25 µs, and sixteen multiprocessors at half their 128 multiply-adds a clock do 1.7e12 a
// second. An estimate: to be measured.
constexpr std::size_t kMostMultiplyAdds = 36u << 20;

unsigned roundedUp(unsigned count, unsigned to) {
  return (count + to - 1) / to * to;
}

unsigned oddQuads(unsigned count) {
  return 4 * ((count + 3) / 4 | 1);
}

std::string whyNotAtAll(const DenseTraining& training) {
  if (training.layers.empty() || training.layers.size() > kMostClusterLayers) return "too many layers";
  if (training.batch == 0 || training.examples->count > 0xFFFFFFFFu) return "too many examples";
  std::size_t multiplyAdds = 0;
  for (std::size_t l = 0; l < training.layers.size(); ++l) {
    const DenseLayer& layer = training.layers[l];
    if (layer.in > 1u << 16 || layer.out > 1u << 16) return "a layer is too wide";
    multiplyAdds += (l == 0 ? 2 : 3) * training.batch * layer.in * layer.out;
  }
  return multiplyAdds > kMostMultiplyAdds ? "too much work for one cluster" : "";
}

unsigned mostRows(const ClusterPlan& plan, unsigned l) {
  unsigned most = 0;
  for (unsigned rank = 0; rank < plan.blocks; ++rank)
    most = std::max(most, shareOf(plan.layer[l], plan.blocks, rank, l == 0).rows.count);
  return most;
}

unsigned mostColumns(const ClusterPlan& plan, unsigned l) {
  unsigned most = 0;
  for (unsigned rank = 0; rank < plan.blocks; ++rank)
    most = std::max(most, shareOf(plan.layer[l], plan.blocks, rank, l == 0).columns.count);
  return most;
}

unsigned sliceMost(unsigned count, unsigned parts) {
  return (count + parts - 1) / parts;
}

void takeLayers(const DenseTraining& training, unsigned firstParts, ClusterPlan& plan) {
  plan.layers = static_cast<unsigned>(training.layers.size());
  for (unsigned l = 0; l < plan.layers; ++l) {
    const DenseLayer& from = training.layers[l];
    ClusterLayer& layer = plan.layer[l];
    layer.in = static_cast<unsigned>(from.in);
    layer.out = static_cast<unsigned>(from.out);
    layer.parts = l == 0 ? firstParts : plan.blocks;
    layer.activation = from.activation;
    layer.weightInArena = from.weight;
    layer.biasInArena = from.bias;
  }
}

void placeShare(ClusterPlan& plan) {
  for (unsigned l = 0; l < plan.layers; ++l) {
    ClusterLayer& layer = plan.layer[l];
    layer.rowStride = oddQuads(mostRows(plan, l));
    layer.weight = plan.shareFloats;
    plan.shareFloats += mostColumns(plan, l) * layer.rowStride;
    layer.bias = plan.shareFloats;
    plan.shareFloats += roundedUp(sliceMost(layer.out, plan.blocks), 4);
  }
}

// Every piece begins at a multiple of four floats, so that it can be read as float4.
void placeShared(ClusterPlan& plan) {
  unsigned floats = 0;
  const auto take = [&](unsigned count) {
    const unsigned at = floats;
    floats += roundedUp(count, 4);
    return at;
  };
  plan.parameters = take(plan.shareFloats);
  plan.gradients = take(plan.shareFloats);
  plan.firstMoments = plan.hasMoments ? take(plan.shareFloats) : 0;
  plan.secondMoments = plan.hasMoments ? take(plan.shareFloats) : 0;
  unsigned rows = 0;
  for (unsigned l = 0; l < plan.layers; ++l) {
    ClusterLayer& layer = plan.layer[l];
    rows = std::max(rows, roundedUp(mostRows(plan, l), 4));
    layer.input = take(mostColumns(plan, l) * plan.stride);
    const bool needsZ = l > 0 && needsPreActivation(plan.layer[l - 1].activation);
    layer.inputZ = needsZ ? take(mostColumns(plan, l) * plan.stride) : 0;
  }
  for (unsigned& buffer : plan.exchange) buffer = take(rows * plan.stride);
  plan.judgedExamples = 4 * sliceMost(plan.quads, plan.blocks);
  plan.judged = take(2 * plan.judgedExamples * plan.layer[plan.layers - 1].out);
  plan.results = take(4 * plan.quads * static_cast<unsigned>(sizeof(RowResult) / sizeof(float)));
  plan.examples = take(2 * plan.batch);
  plan.sharedBytes = kBooksBytes + floats * sizeof(float);
}

ClusterPlan planWith(const DenseTraining& training, unsigned blocks, unsigned firstParts, bool hasMoments) {
  ClusterPlan plan;
  plan.blocks = blocks;
  plan.batch = static_cast<unsigned>(training.batch);
  plan.quads = (plan.batch + 3) / 4;
  plan.stride = oddQuads(plan.batch);
  plan.hasMoments = hasMoments;
  takeLayers(training, firstParts, plan);
  placeShare(plan);
  placeShared(plan);
  return plan;
}

// What the choice of parts and of the moments' place costs a block in a step, in floats from other blocks:
// sums and gradients of the first layer, its part of the examples, and moments, there and back. A value of an
// example costs about a third of a float from another block (0.1 clocks against 4 bytes at 14 a clock; an
// estimate), a moment from the second-level cache as much.
std::size_t cost(const ClusterPlan& plan) {
  const ClusterLayer& first = plan.layer[0];
  const std::size_t sums = std::size_t{plan.batch} * first.out / plan.blocks * (first.parts - 1);
  const std::size_t gradients = std::size_t{plan.batch} * mostRows(plan, 0);
  const std::size_t inputs = std::size_t{plan.batch} * mostColumns(plan, 0);
  return sums + gradients + inputs / 3 + (plan.hasMoments ? 0 : 4 * std::size_t{plan.shareFloats});
}

}  // namespace

PlannedCluster clusterPlan(const DenseTraining& training, const ClusterLimits& limits) {
  if (std::string why = whyNotAtAll(training); !why.empty()) return {{}, std::move(why)};
  PlannedCluster best{{}, "too large for the shared memory of one cluster"};
  // Of a single layer every output is judged together with all others of its example.
  for (unsigned parts = training.layers.size() == 1 ? limits.blocks : 1; parts <= limits.blocks; parts *= 2) {
    for (const bool hasMoments : {true, false}) {
      const ClusterPlan plan = planWith(training, limits.blocks, parts, hasMoments);
      const bool isBetter = !best.whyNot.empty() || cost(plan) < cost(best.plan);
      if (plan.sharedBytes <= limits.sharedBytes && isBetter) best = {plan, ""};
    }
  }
  return best;
}

}  // namespace cajal::cuda
