#pragma once
// Small kernels that tell one thing each; each function here launches one. In kernels.cu: what is __shared__
// must stand in a .cu file (tests/support/cuda_on_cpu/shared_memory.ld).

#include <cuda_runtime.h>

namespace cajal::test {

// counts (blocks.x · threads.x): one more for each thread, at its place in the grid.
void countThreads(cudaStream_t stream, dim3 blocks, dim3 threads, unsigned* counts);
// values (blocks, 64), each block's turned round through static shared memory.
void reverseBlocks(cudaStream_t stream, unsigned blocks, float* values);
// order (blocks · 32): which thread of the grid came first, second, …; counter (1), zero.
void recordOrder(cudaStream_t stream, unsigned blocks, unsigned* counter, unsigned* order);
// found (blocks, 2): what stands in static and in dynamic shared memory before anybody has written there.
void readUnwritten(cudaStream_t stream, unsigned blocks, float* found);
// Adds 1 to sum (1) by every thread.
void addOne(cudaStream_t stream, unsigned blocks, unsigned* sum);
// target (1) = value
void store(cudaStream_t stream, float value, float* target);
// Writes values [0, count).
void writeFloats(cudaStream_t stream, unsigned count, float* values);

// results (32): the sum of 0 … 31 in every lane, by shuffles.
void sumWarp(cudaStream_t stream, float* results);
// results (3, 32): of the lane itself × 10, shuffled up by 1, down by 2 in segments of 8, and read from
// lane 5.
void shuffle(cudaStream_t stream, int* results);
// result (1): which lanes are odd.
void vote(cudaStream_t stream, unsigned* result);

// Breaches.
void leaveBeforeBarrier(cudaStream_t stream);
void meetAtTwoBarriers(cudaStream_t stream);
void shuffleWithoutLane(cudaStream_t stream);
void shuffleOfForeignLanes(cudaStream_t stream);
void disagreeOnLanes(cudaStream_t stream);
void leaveTheCluster(cudaStream_t stream);
void meetGrid(cudaStream_t stream, unsigned blocks, bool isCooperative);

// results (blocks, 2): by each block, the sum of what the blocks of its cluster have put in static and in
// dynamic shared memory: the number of their block, and ten times that.
void sumOverCluster(cudaStream_t stream, unsigned blocks, unsigned cluster, float* results);
// values (blocks) → the sum of all in each, by barriers of the whole grid.
void sumOverGrid(cudaStream_t stream, unsigned blocks, float* values, float* results);

}  // namespace cajal::test
