#pragma once
// A grid of threads on one processor core. Blocks run one after the other, those of a cluster side by side;
// in a block a thread runs until it has to wait for others. The order of blocks and threads is another one at
// every launch, a function of CAJAL_CUDA_ORDER (0: ascending).
//
// What the hardware would leave undefined ends the launch with a sentence: a barrier that not all threads
// reach, or that they reach at different places; lanes that are named and do not come.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <string>

#include "tests/support/cuda_on_cpu/vector_types.h"

namespace cuda_on_cpu {

struct GridShape {
  dim3 blocks, threads;
  std::size_t sharedBytes = 0;  // dynamic, of a block
  unsigned cluster = 1;         // blocks, in x
};

// Calls `thread` once for every thread, with threadIdx and the like set. Returns what went wrong, or nothing.
// One grid at a time: the caller holds a lock.
std::string runGrid(const GridShape& shape, const std::function<void()>& thread);

// ---- what threads of the running grid call ----

enum class Scope { block, cluster };

// A barrier in two halves: arrive() says which phase was met, and wait() returns once all have met it.
unsigned arrive(Scope scope, std::source_location where);
void wait(Scope scope, unsigned phase, std::source_location where);
void meet(Scope scope, std::source_location where);
// Lets others run first.
void giveWay();

// Lanes of a warp exchange 64 bits each: returns once all of `mask` have come for the same `purpose`, with
// what each brought, by lane. Valid until the next exchange.
const std::uint64_t* exchange(unsigned mask, std::uint64_t value, const char* purpose);
unsigned ownLane();
// Ends the launch.
[[noreturn]] void fail(const std::string& what);

void* dynamicSharedBytes();
unsigned rankInCluster();
const GridShape& runningShape();
// The same place in the shared memory, static or dynamic, of another block of the cluster.
void* inSharedMemoryOf(unsigned rank, const void* own);

}  // namespace cuda_on_cpu
