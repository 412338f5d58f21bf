// What it costs to do nothing: a launch, a node of a graph, a barrier over the whole grid or over one
// cluster. These decide whether a training step is many kernels, one graph or one persistent kernel.
#include <cooperative_groups.h>

#include "tests/gpu/measure/measure.h"

namespace cajal::measure {
namespace {

using cuda::check;
using cuda::launch;

__global__ void nothing() {}

constexpr int kBarriers = 1000;  // a launch

__global__ void gridBarriers(int barriers) {
  const auto grid = cooperative_groups::this_grid();
  for (int i = 0; i < barriers; ++i) grid.sync();
}

__global__ void clusterBarriers([[maybe_unused]] int barriers) {
#if __CUDA_ARCH__ >= 900
  const auto cluster = cooperative_groups::this_cluster();
  for (int i = 0; i < barriers; ++i) cluster.sync();
#endif
}

void launchNothing(cudaStream_t stream) {
  launch(nothing, {1, 32}, stream, "doing nothing");
}

// Programmatic dependent launch: the next kernel may be set up while this one still runs.
void launchNothingOverlapped(cudaStream_t stream) {
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t configuration = {};
  configuration.gridDim = dim3(1);
  configuration.blockDim = dim3(32);
  configuration.stream = stream;
  configuration.attrs = &attribute;
  configuration.numAttrs = 1;
  check(cudaLaunchKernelEx(&configuration, nothing), "doing nothing, overlapped");
}

void graphOf(cudaStream_t stream, int nodes) {
  cudaGraph_t graph = nullptr;
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed), "starting a capture");
  for (int i = 0; i < nodes; ++i) launchNothing(stream);
  check(cudaStreamEndCapture(stream, &graph), "ending a capture");
  cudaGraphExec_t executable = nullptr;
  check(cudaGraphInstantiate(&executable, graph, 0), "making a graph");
  const auto seconds =
      wallSeconds(stream, 200, [&] { check(cudaGraphLaunch(executable, stream), "launching a graph"); });
  const std::string name = "latency.graph_of_" + std::to_string(nodes);
  reportTime(name, seconds, 1e6, "us", "one launch of the graph, many in a row");
  reportTime(name + ".per_node", seconds, 1e6 / nodes, "us", "the same, a node");
  check(cudaGraphExecDestroy(executable), "destroying a graph");
  check(cudaGraphDestroy(graph), "destroying a graph");
}

void gridBarrier(cudaStream_t stream) {
  int multiprocessors = 0;
  check(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0),
        "counting multiprocessors");
  int barriers = kBarriers;
  void* arguments[] = {&barriers};
  const auto seconds = gpuSeconds(stream, 3, [&] {
    check(cudaLaunchCooperativeKernel(gridBarriers, dim3(static_cast<unsigned>(multiprocessors)), dim3(256),
                                      arguments, 0, stream),
          "launching a cooperative grid");
  });
  reportTime("latency.grid_sync", seconds, 1e6 / kBarriers, "us",
             "one block of 256 threads a multiprocessor");
}

void clusterBarrier(cudaStream_t stream, unsigned blocks) {
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim = {blocks, 1, 1};
  cudaLaunchConfig_t configuration = {};
  configuration.gridDim = dim3(blocks);
  configuration.blockDim = dim3(256);
  configuration.stream = stream;
  configuration.attrs = &attribute;
  configuration.numAttrs = 1;
  check(cudaFuncSetAttribute(clusterBarriers, cudaFuncAttributeNonPortableClusterSizeAllowed, 1),
        "asking for clusters of 16");
  const auto seconds = gpuSeconds(stream, 3, [&] {
    check(cudaLaunchKernelEx(&configuration, clusterBarriers, kBarriers), "launching a cluster");
  });
  reportTime("latency.cluster_sync_" + std::to_string(blocks), seconds, 1e6 / kBarriers, "us",
             "one cluster, 256 threads a block");
}

bool hasClusters() {
  int isSupported = 0;
  check(cudaDeviceGetAttribute(&isSupported, cudaDevAttrClusterLaunch, 0), "asking about clusters");
  return isSupported != 0;
}

}  // namespace

void latency(cudaStream_t stream) {
  reportTime("latency.launch", wallSeconds(stream, 2000, [&] { launchNothing(stream); }), 1e6, "us",
             "empty kernels, one after another in a stream");
  reportTime("latency.round_trip",
             wallSeconds(stream, 200,
                         [&] {
                           launchNothing(stream);
                           check(cudaStreamSynchronize(stream), "waiting for nothing");
                         }),
             1e6, "us", "an empty kernel and waiting for it");
  for (const int nodes : {10, 100}) graphOf(stream, nodes);
  gridBarrier(stream);
  if (!hasClusters()) return reportText("latency.cluster_sync", "this GPU has no clusters");
  reportTime("latency.launch_overlapped", wallSeconds(stream, 2000, [&] { launchNothingOverlapped(stream); }),
             1e6, "us", "empty kernels with programmatic dependent launch");
  for (const unsigned blocks : {8u, 16u}) clusterBarrier(stream, blocks);
}

}  // namespace cajal::measure
