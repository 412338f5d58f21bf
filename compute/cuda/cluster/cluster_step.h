#pragma once
// Many training steps of a small dense network in one launch of one thread block cluster: cluster_step.cu.

#include <cstdint>

#include "compute/cuda/cluster/cluster_plan.h"
#include "compute/cuda/operations.h"

namespace cajal::cuda {

// What a launch needs of the backend besides the training itself.
struct ClusterPlaces {
  Statistics* statistics;        // the slot's accumulator
  GradientFacts* facts;          // whose count of blocked updates goes on
  std::uint64_t* blockedOnHost;  // pinned, as measureGradients()
};

// Whether this GPU can run such a cluster at all.
bool fitsGpu(const ClusterPlan& plan);
// Enqueues so many steps; each launch takes as many as end within a millisecond or two, so that somebody who
// draws gets in between.
void clusterSteps(const Queue& queue, const DenseTraining& training, const ClusterPlan& plan,
                  const ClusterPlaces& places, std::uint64_t steps);

}  // namespace cajal::cuda
