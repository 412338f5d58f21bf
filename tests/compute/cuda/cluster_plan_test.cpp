// How a cluster is laid out: nothing twice, nothing left out, nothing too large.
#include "compute/cuda/cluster/cluster_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace cajal::cuda {
namespace {

struct Wanted {
  DeviceExamples examples;
  DenseTraining training;
};

// Weights of all layers, then biases, as a network places them.
Wanted wanted(const std::vector<std::size_t>& widths, std::size_t batch) {
  Wanted wanted;
  wanted.examples.count = 60'000;
  std::size_t offset = 0;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    wanted.training.layers.push_back({widths[l - 1], widths[l], Activation::relu, offset, 0});
    offset += widths[l - 1] * widths[l];
  }
  for (DenseLayer& layer : wanted.training.layers) {
    layer.bias = offset;
    offset += layer.out;
  }
  wanted.training.batch = batch;
  return wanted;
}

PlannedCluster planned(const std::vector<std::size_t>& widths, std::size_t batch,
                       const ClusterLimits& limits = {}) {
  Wanted asked = wanted(widths, batch);
  asked.training.examples = &asked.examples;
  return clusterPlan(asked.training, limits);
}

const std::vector<std::vector<std::size_t>> kNetworks = {{784, 128, 64, 10}, {7, 13, 5, 3}, {9, 3},
                                                         {1, 2, 3},          {30, 40, 3},   {5, 1, 3}};

TEST(ClusterPlan, SlicesFollowEachOtherAndKnowTheirOwners) {
  for (unsigned count = 1; count < 40; ++count) {
    for (const unsigned parts : {1u, 2u, 4u, 8u, 16u}) {
      unsigned next = 0;
      for (unsigned part = 0; part < parts; ++part) {
        const Slice slice = sliceOf(count, parts, part);
        EXPECT_EQ(slice.begin, next);
        next += slice.count;
        for (unsigned i = slice.begin; i < next; ++i) EXPECT_EQ(ownerOf(count, parts, i), part);
      }
      EXPECT_EQ(next, count);
    }
  }
}

TEST(ClusterPlan, EveryWeightAndEveryBiasHasOneOwner) {
  for (const std::vector<std::size_t>& widths : kNetworks) {
    const PlannedCluster cluster = planned(widths, 64);
    ASSERT_EQ(cluster.whyNot, "");
    for (unsigned l = 0; l < cluster.plan.layers; ++l) {
      const ClusterLayer& layer = cluster.plan.layer[l];
      std::vector<int> weights(std::size_t{layer.in} * layer.out), biases(layer.out);
      for (unsigned rank = 0; rank < cluster.plan.blocks; ++rank) {
        const LayerShare share = shareOf(layer, cluster.plan.blocks, rank, l == 0);
        for (unsigned n = 0; n < share.own.count; ++n) ++biases[share.own.begin + n];
        for (unsigned row = share.rows.begin; row < share.rows.begin + share.rows.count; ++row) {
          for (unsigned k = 0; k < share.columns.count; ++k)
            ++weights[std::size_t{row} * layer.in + share.columns.begin + k];
        }
      }
      EXPECT_EQ(weights, std::vector<int>(weights.size(), 1));
      EXPECT_EQ(biases, std::vector<int>(biases.size(), 1));
    }
  }
}

TEST(ClusterPlan, WhoOwnsANeuronOwnsTheWeightsThatReadIt) {
  const PlannedCluster cluster = planned({784, 128, 64, 10}, 64);
  for (unsigned l = 1; l < cluster.plan.layers; ++l) {
    for (unsigned rank = 0; rank < cluster.plan.blocks; ++rank) {
      const Slice before = shareOf(cluster.plan.layer[l - 1], cluster.plan.blocks, rank, l == 1).own;
      const Slice columns = shareOf(cluster.plan.layer[l], cluster.plan.blocks, rank, false).columns;
      EXPECT_EQ(columns.begin, before.begin);
      EXPECT_EQ(columns.count, before.count);
    }
  }
}

TEST(ClusterPlan, HasRoomForANetworkForDigits) {
  for (const std::size_t batch : {1u, 64u, 128u}) {
    const PlannedCluster cluster = planned({784, 128, 64, 10}, batch);
    ASSERT_EQ(cluster.whyNot, "") << batch;
    EXPECT_EQ(cluster.plan.blocks, 16u);
    EXPECT_LE(cluster.plan.sharedBytes, 227u << 10);
    EXPECT_EQ(cluster.plan.stride / 4 % 2, 1u);
  }
  EXPECT_TRUE(planned({784, 128, 64, 10}, 64).plan.hasMoments);
}

TEST(ClusterPlan, CutsTheFirstLayerBothWays) {
  const ClusterPlan plan = planned({784, 128, 64, 10}, 64).plan;
  EXPECT_GT(plan.layer[0].parts, 1u);
  EXPECT_LT(plan.layer[0].parts, plan.blocks);
  EXPECT_EQ(planned({784, 10}, 64).plan.layer[0].parts, 16u);  // judged at once
}

TEST(ClusterPlan, LeavesMomentsInTheirArenasBeforeItGivesUp) {
  const ClusterLimits oneBlock = {.blocks = 1};
  EXPECT_TRUE(planned({20, 30, 10}, 8, oneBlock).plan.hasMoments);
  const PlannedCluster large = planned({100, 160, 10}, 8, oneBlock);  // 71 KB four times
  EXPECT_EQ(large.whyNot, "");
  EXPECT_FALSE(large.plan.hasMoments);
  EXPECT_NE(planned({200, 160, 10}, 8, oneBlock).whyNot, "");  // 135 KB twice
}

TEST(ClusterPlan, SaysWhyNot) {
  EXPECT_NE(planned({784, 1024, 1024, 10}, 128).whyNot, "");  // work
  EXPECT_NE(planned({784, 128, 64, 10}, 2048).whyNot, "");    // a batch
  EXPECT_NE(planned({3000, 600, 10}, 1).whyNot, "");          // memory
  EXPECT_NE(planned({2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 4).whyNot, "");
}

TEST(ClusterPlan, PiecesOfSharedMemoryDoNotOverlap) {
  for (const std::vector<std::size_t>& widths : kNetworks) {
    const ClusterPlan plan = planned(widths, 33).plan;
    const std::vector<unsigned> begins = {
        plan.parameters,  plan.gradients,   plan.firstMoments, plan.secondMoments, plan.layer[0].input,
        plan.exchange[0], plan.exchange[1], plan.judged,       plan.results,       plan.examples};
    for (std::size_t i = 1; i < begins.size(); ++i) {
      EXPECT_LT(begins[i - 1], begins[i]) << i;
      EXPECT_EQ(begins[i] % 4, 0u);
    }
    EXPECT_GE(plan.sharedBytes, kBooksBytes + (plan.examples + 2 * plan.batch) * sizeof(float));
  }
}

}  // namespace
}  // namespace cajal::cuda
