#pragma once
// The one way to launch a kernel: its result is always read. What goes wrong while the kernel runs is met by
// a later call.
//
//   launch(addKernel, {blocks, threads}, queue.stream, "adding two layers", a, b, count, sum);
//
// An ordinary function call, without nvcc's <<<>>>: the tests compile the same text for the processor
// (tests/support/cuda_on_cpu).

#include <type_traits>

#include "compute/cuda/check.h"

namespace cajal::cuda {

// How many threads, and what they share.
struct LaunchShape {
  dim3 blocks, threads;         // of the grid, of a block
  std::size_t sharedBytes = 0;  // dynamic shared memory of a block, dynamicShared()
  unsigned cluster = 1;         // blocks side by side in x that run at the same time and share memory
};

// What a launch is for, with the file and line that said so.
struct Doing {
  const char* words;
  std::source_location where;
  Doing(const char* said, std::source_location from = std::source_location::current())
      : words(said), where(from) {}
};

// A kernel may use more than every GPU has only once it was asked for.
inline void allowLargeShape(const void* kernel, const LaunchShape& shape, const Doing& doing) {
  constexpr std::size_t kSharedBytesOfEveryGpu = 48u << 10;
  constexpr unsigned kClusterOfEveryGpu = 8;  // that knows clusters at all
  if (shape.sharedBytes > kSharedBytesOfEveryGpu) {
    const int bytes = asInt(shape.sharedBytes, "shared memory", doing.where);
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes), doing.words,
          doing.where);
  }
  if (shape.cluster > kClusterOfEveryGpu) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeNonPortableClusterSizeAllowed, 1), doing.words,
          doing.where);
  }
}

// A shape as CUDA is told it. `cluster` must live as long as the result.
inline cudaLaunchConfig_t configOf(const LaunchShape& shape, cudaStream_t stream,
                                   cudaLaunchAttribute& cluster) {
  cluster.id = cudaLaunchAttributeClusterDimension;
  cluster.val.clusterDim = {shape.cluster, 1, 1};

  cudaLaunchConfig_t config = {};
  config.gridDim = shape.blocks;
  config.blockDim = shape.threads;
  config.dynamicSmemBytes = shape.sharedBytes;
  config.stream = stream;
  config.attrs = &cluster;
  config.numAttrs = shape.cluster > 1 ? 1 : 0;  // older GPUs know no clusters, not even of one block
  return config;
}

// Arguments become the kernel's parameters as in a call, and are copied before this returns.
template <typename... Parameters>
void launch(void (*kernel)(Parameters...), const LaunchShape& shape, cudaStream_t stream, const Doing& doing,
            std::type_identity_t<Parameters>... arguments) {
  allowLargeShape(reinterpret_cast<const void*>(kernel), shape, doing);
  cudaLaunchAttribute cluster = {};
  const cudaLaunchConfig_t config = configOf(shape, stream, cluster);
  check(cudaLaunchKernelEx(&config, kernel, arguments...), doing.words, doing.where);
}

// How many clusters of this shape a GPU that knows them can run at the same time; 0 where it refuses the
// shape.
template <typename... Parameters>
int mostClusters(void (*kernel)(Parameters...), const LaunchShape& shape, const Doing& doing) {
  allowLargeShape(reinterpret_cast<const void*>(kernel), shape, doing);
  cudaLaunchAttribute cluster = {};
  cudaLaunchConfig_t config = configOf(shape, nullptr, cluster);
  config.numAttrs = 1;  // also of one block
  int clusters = 0;
  if (cudaOccupancyMaxActiveClusters(&clusters, kernel, &config) == cudaSuccess) return clusters;
  static_cast<void>(cudaGetLastError());  // "no" is an answer
  return 0;
}

#ifdef __CUDACC__
// The block's dynamic shared memory, LaunchShape::sharedBytes of it; not zeroed. (A host compiler knows no
// `extern __shared__`: on the processor this is cuda_on_cpu's.)
template <typename Element>
__device__ Element* dynamicShared() {
  extern __shared__ __align__(16) unsigned char bytes[];
  return reinterpret_cast<Element*>(bytes);
}
#endif

}  // namespace cajal::cuda
