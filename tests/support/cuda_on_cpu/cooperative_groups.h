#pragma once
// Groups of threads, as far as we use them: the block, the cluster with its shared memory, the grid.

#include <source_location>

#include "tests/support/cuda_on_cpu/device_code.h"

namespace cooperative_groups {

class thread_block {
 public:
  void sync(std::source_location where = std::source_location::current()) const { __syncthreads(where); }
  static unsigned thread_rank() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  }
  static unsigned num_threads() { return blockDim.x * blockDim.y * blockDim.z; }
};

class cluster_group {
 public:
  struct arrival_token {
    unsigned phase;
  };

  void sync(std::source_location where = std::source_location::current()) const {
    cuda_on_cpu::meet(cuda_on_cpu::Scope::cluster, where);
  }
  arrival_token barrier_arrive(std::source_location where = std::source_location::current()) const {
    return {cuda_on_cpu::arrive(cuda_on_cpu::Scope::cluster, where)};
  }
  void barrier_wait(arrival_token&& token,
                    std::source_location where = std::source_location::current()) const {
    cuda_on_cpu::wait(cuda_on_cpu::Scope::cluster, token.phase, where);
  }
  // `own` points to shared memory of this block: the same in the block of that rank.
  template <typename Element>
  Element* map_shared_rank(Element* own, unsigned rank) const {
    return static_cast<Element*>(cuda_on_cpu::inSharedMemoryOf(rank, own));
  }
  static unsigned block_rank() { return cuda_on_cpu::rankInCluster(); }
  static unsigned num_blocks() { return cuda_on_cpu::runningShape().cluster; }
  static unsigned thread_rank() {
    return block_rank() * thread_block::num_threads() + thread_block::thread_rank();
  }
  static unsigned num_threads() { return num_blocks() * thread_block::num_threads(); }
};

class grid_group {
 public:
  void sync(std::source_location where = std::source_location::current()) const {
    cuda_on_cpu::meet(cuda_on_cpu::Scope::grid, where);
  }
  static bool is_valid() { return cuda_on_cpu::runningShape().isCooperative; }
  static unsigned block_rank() { return (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x; }
  static unsigned num_blocks() { return gridDim.x * gridDim.y * gridDim.z; }
  static unsigned long long thread_rank() {
    return static_cast<unsigned long long>(block_rank()) * thread_block::num_threads() +
           thread_block::thread_rank();
  }
};

inline thread_block this_thread_block() {
  return {};
}
inline cluster_group this_cluster() {
  return {};
}
inline grid_group this_grid() {
  return {};
}

}  // namespace cooperative_groups
