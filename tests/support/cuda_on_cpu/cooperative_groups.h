#pragma once
// Groups of threads, as far as we use them: the cluster with its shared memory.

#include <source_location>

#include "tests/support/cuda_on_cpu/device_code.h"

namespace cooperative_groups {

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
};

inline cluster_group this_cluster() {
  return {};
}
}  // namespace cooperative_groups
