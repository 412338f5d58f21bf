#pragma once
// Whether steps of a training are taken by a cluster, and how it is laid out; remembers the last answer.

#include <vector>

#include "compute/cuda/cluster/cluster_plan.h"

namespace cajal::cuda {

class ClusterSteps {
 public:
  // `blocks` wanted, a power of two; 0: never.
  ClusterSteps(int device, unsigned blocks);

  // Null where steps of this training are better taken another way. Valid until the next call.
  const ClusterPlan* planFor(const DenseTraining& training);

 private:
  PlannedCluster plan(const DenseTraining& training) const;

  ClusterLimits m_limits;
  std::vector<DenseLayer> m_layers;  // that were planned for
  std::size_t m_batch = 0;
  PlannedCluster m_planned;
};

}  // namespace cajal::cuda
