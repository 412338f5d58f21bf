#include "tests/cuda_on_cpu/kernels.h"

#include <cooperative_groups.h>

#include "compute/cuda/launch.h"

namespace cajal::test {
namespace {

using cuda::dynamicShared;
using cuda::launch;

constexpr unsigned kAll = 0xFFFFFFFFu;

__device__ unsigned placeInGrid() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

__global__ void recordOrderKernel(unsigned* counter, unsigned* order) {
  order[atomicAdd(counter, 1u)] = placeInGrid();
}

__global__ void readUnwrittenKernel(float* found) {
  __shared__ float own;
  float* const dynamic = dynamicShared<float>();
  found[2 * blockIdx.x] = own;
  found[2 * blockIdx.x + 1] = dynamic[3];
  own = dynamic[3] = 1.0f;
}

__global__ void addOneKernel(unsigned* sum) {
  atomicAdd(sum, 1u);
}

__global__ void storeKernel(float value, float* target) {
  *target = value;
}

__global__ void writeFloatsKernel(float* values) {
  values[threadIdx.x] = 1.0f;
}

// ---- breaches ----

__global__ void leaveBeforeBarrierKernel() {
  if (threadIdx.x == 3) return;
  __syncthreads();
}

__global__ void meetAtTwoBarriersKernel() {
  if (threadIdx.x < 16) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void shuffleWithoutLaneKernel() {
  if (threadIdx.x == 9) return;
  __shfl_sync(kAll, 1, 0);
}

__global__ void shuffleOfForeignLanesKernel() {
  __shfl_sync(0x0000FFFFu, 1, 0);  // by all 32
}

__global__ void disagreeOnLanesKernel() {
  __syncwarp(threadIdx.x < 16 ? kAll : 0xFFFF0000u);
}

__global__ void leaveTheClusterKernel() {
  const auto cluster = cooperative_groups::this_cluster();
  if (cluster.block_rank() == 1) return;
  cluster.sync();
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------

void recordOrder(cudaStream_t stream, unsigned blocks, unsigned* counter, unsigned* order) {
  launch(recordOrderKernel, {blocks, 32}, stream, "recording the order", counter, order);
}
void readUnwritten(cudaStream_t stream, unsigned blocks, float* found) {
  launch(readUnwrittenKernel, {.blocks = blocks, .threads = 1, .sharedBytes = 16}, stream, "reading", found);
}
void addOne(cudaStream_t stream, unsigned blocks, unsigned* sum) {
  launch(addOneKernel, {blocks, 100}, stream, "adding", sum);
}
void store(cudaStream_t stream, float value, float* target) {
  launch(storeKernel, {1, 1}, stream, "storing", value, target);
}
void writeFloats(cudaStream_t stream, unsigned count, float* values) {
  launch(writeFloatsKernel, {1, count}, stream, "writing", values);
}
void leaveBeforeBarrier(cudaStream_t stream) {
  launch(leaveBeforeBarrierKernel, {2, 32}, stream, "leaving");
}
void meetAtTwoBarriers(cudaStream_t stream) {
  launch(meetAtTwoBarriersKernel, {1, 32}, stream, "meeting");
}
void shuffleWithoutLane(cudaStream_t stream) {
  launch(shuffleWithoutLaneKernel, {1, 32}, stream, "shuffling");
}
void shuffleOfForeignLanes(cudaStream_t stream) {
  launch(shuffleOfForeignLanesKernel, {1, 32}, stream, "shuffling");
}
void disagreeOnLanes(cudaStream_t stream) {
  launch(disagreeOnLanesKernel, {1, 32}, stream, "meeting");
}
void leaveTheCluster(cudaStream_t stream, unsigned blocks, unsigned cluster) {
  launch(leaveTheClusterKernel, {.blocks = blocks, .threads = 8, .cluster = cluster}, stream, "leaving");
}

}  // namespace cajal::test
