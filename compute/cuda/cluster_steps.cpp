#include "compute/cuda/cluster_steps.h"

#include <fmt/format.h>

#include "compute/cuda/check.h"
#include "compute/cuda/cluster/cluster_step.h"
#include "engine/base/log.h"

namespace cajal::cuda {
namespace {

int attributeOf(int device, cudaDeviceAttr attribute) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, attribute, device), "asking what a GPU can do");
  return value;
}

std::string describe(const DenseTraining& training) {
  std::string words = fmt::format("{}", training.layers.front().in);
  for (const DenseLayer& layer : training.layers) words += fmt::format("-{}", layer.out);
  return words + fmt::format(", batch {}", training.batch);
}

std::string describe(const PlannedCluster& planned) {
  if (!planned.whyNot.empty()) return "no cluster: " + planned.whyNot;
  return fmt::format("many steps a launch, in {} blocks of {} bytes of shared memory, moments {}",
                     planned.plan.blocks, planned.plan.sharedBytes,
                     planned.plan.hasMoments ? "among them" : "elsewhere");
}

}  // namespace

ClusterSteps::ClusterSteps(int device, unsigned blocks) {
  const bool hasClusters = attributeOf(device, cudaDevAttrComputeCapabilityMajor) >= 9 &&
                           attributeOf(device, cudaDevAttrClusterLaunch) != 0;
  m_limits.blocks = hasClusters ? blocks : 0;
  m_limits.sharedBytes =
      static_cast<std::size_t>(attributeOf(device, cudaDevAttrMaxSharedMemoryPerBlockOptin));
}

const ClusterPlan* ClusterSteps::planFor(const DenseTraining& training) {
  if (m_limits.blocks == 0 || training.examples->onHost) return nullptr;
  if (m_layers != training.layers || m_batch != training.batch) {
    m_planned = plan(training);
    m_layers = training.layers;
    m_batch = training.batch;
    logDebug("{}: {}", describe(training), describe(m_planned));
  }
  return m_planned.whyNot.empty() ? &m_planned.plan : nullptr;
}

// Sixteen blocks are more than CUDA promises: a GPU whose multiprocessors do not stand together so takes
// eight.
PlannedCluster ClusterSteps::plan(const DenseTraining& training) const {
  constexpr unsigned kPromisedBlocks = 8;
  PlannedCluster planned = clusterPlan(training, m_limits);
  if (!planned.whyNot.empty() || fitsGpu(planned.plan)) return planned;
  if (m_limits.blocks > kPromisedBlocks) {
    planned = clusterPlan(training, {kPromisedBlocks, m_limits.sharedBytes});
    if (!planned.whyNot.empty() || fitsGpu(planned.plan)) return planned;
  }
  return {{}, "the GPU refuses such a cluster"};
}

}  // namespace cajal::cuda
