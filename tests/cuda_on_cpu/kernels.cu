#include "tests/cuda_on_cpu/kernels.h"

#include <cooperative_groups.h>

#include "compute/cuda/launch.h"

namespace cajal::test {
namespace {

using cuda::dynamicShared;
using cuda::launch;

constexpr unsigned kAll = 0xFFFFFFFFu;
constexpr unsigned kBlock = 64;

__device__ unsigned placeInGrid() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

__global__ void countThreadsKernel(unsigned* counts) {
  const unsigned x = placeInGrid(), width = gridDim.x * blockDim.x;
  const unsigned y = blockIdx.y * blockDim.y + threadIdx.y, height = gridDim.y * blockDim.y;
  const unsigned z = blockIdx.z * blockDim.z + threadIdx.z;
  ++counts[(z * height + y) * width + x];
}

template <unsigned size>
__global__ void reverseBlocksKernel(float* values) {
  __shared__ float turned[size];
  turned[size - 1 - threadIdx.x] = values[blockIdx.x * size + threadIdx.x];
  __syncthreads();
  values[blockIdx.x * size + threadIdx.x] = turned[threadIdx.x];
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

__global__ void sumWarpKernel(float* results) {
  auto sum = static_cast<float>(threadIdx.x);
  for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_xor_sync(kAll, sum, distance);
  results[threadIdx.x] = sum;
}

__global__ void shuffleKernel(int* results) {
  const int value = static_cast<int>(threadIdx.x) * 10;
  results[threadIdx.x] = __shfl_up_sync(kAll, value, 1);
  results[32 + threadIdx.x] = __shfl_down_sync(kAll, value, 2, 8);
  results[64 + threadIdx.x] = __shfl_sync(kAll, value, 5);
}

__global__ void voteKernel(unsigned* result) {
  const unsigned odd = __ballot_sync(kAll, threadIdx.x % 2);
  if (__any_sync(kAll, threadIdx.x == 7) && !__all_sync(kAll, threadIdx.x == 7)) *result = odd;
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

__global__ void meetGridKernel() {
  cooperative_groups::this_grid().sync();
}

// ---- clusters and grids ----

__global__ void sumOverClusterKernel(float* results) {
  __shared__ float own;
  float* const dynamic = dynamicShared<float>();
  const auto cluster = cooperative_groups::this_cluster();
  if (threadIdx.x == 0) own = static_cast<float>(blockIdx.x);
  if (threadIdx.x == 1) dynamic[7] = static_cast<float>(blockIdx.x) * 10;
  cluster.sync();
  if (threadIdx.x < 2) {
    float sum = 0;
    for (unsigned rank = 0; rank < cluster.num_blocks(); ++rank) {
      sum += *cluster.map_shared_rank(threadIdx.x == 0 ? &own : dynamic + 7, rank);
    }
    results[2 * blockIdx.x + threadIdx.x] = sum;
  }
  cluster.barrier_wait(cluster.barrier_arrive());  // nobody leaves while another reads
}

__global__ void sumOverGridKernel(float* values, float* results) {
  const auto grid = cooperative_groups::this_grid();
  for (unsigned step = 1; step < gridDim.x; step *= 2) {
    const float other = values[(blockIdx.x + step) % gridDim.x];
    grid.sync();
    values[blockIdx.x] += other;
    grid.sync();
  }
  results[blockIdx.x] = values[blockIdx.x];
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------

void countThreads(cudaStream_t stream, dim3 blocks, dim3 threads, unsigned* counts) {
  launch(countThreadsKernel, {blocks, threads}, stream, "counting", counts);
}
void reverseBlocks(cudaStream_t stream, unsigned blocks, float* values) {
  launch(reverseBlocksKernel<kBlock>, {blocks, kBlock}, stream, "reversing", values);
}
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
void sumWarp(cudaStream_t stream, float* results) {
  launch(sumWarpKernel, {1, 32}, stream, "summing", results);
}
void shuffle(cudaStream_t stream, int* results) {
  launch(shuffleKernel, {1, 32}, stream, "shuffling", results);
}
void vote(cudaStream_t stream, unsigned* result) {
  launch(voteKernel, {1, 32}, stream, "voting", result);
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
void leaveTheCluster(cudaStream_t stream) {
  launch(leaveTheClusterKernel, {.blocks = 4, .threads = 8, .cluster = 2}, stream, "leaving");
}
void meetGrid(cudaStream_t stream, unsigned blocks, bool isCooperative) {
  launch(meetGridKernel, {.blocks = blocks, .threads = 1024, .isCooperative = isCooperative}, stream,
         "meeting");
}

void sumOverCluster(cudaStream_t stream, unsigned blocks, unsigned cluster, float* results) {
  launch(sumOverClusterKernel, {.blocks = blocks, .threads = 8, .sharedBytes = 32, .cluster = cluster},
         stream, "summing over clusters", results);
}
void sumOverGrid(cudaStream_t stream, unsigned blocks, float* values, float* results) {
  launch(sumOverGridKernel, {.blocks = blocks, .threads = 1, .isCooperative = true}, stream,
         "summing over a grid", values, results);
}

}  // namespace cajal::test
