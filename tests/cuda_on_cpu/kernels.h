#pragma once
// Small kernels that tell one thing each; each function here launches one. In kernels.cu: what is __shared__
// must stand in a .cu file (tests/support/cuda_on_cpu/shared_memory.ld).

#include <cuda_runtime.h>

namespace cajal::test {

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

// Breaches.
void leaveBeforeBarrier(cudaStream_t stream);
void meetAtTwoBarriers(cudaStream_t stream);
void shuffleWithoutLane(cudaStream_t stream);
void shuffleOfForeignLanes(cudaStream_t stream);
void disagreeOnLanes(cudaStream_t stream);
void leaveTheCluster(cudaStream_t stream, unsigned blocks, unsigned cluster);

}  // namespace cajal::test
