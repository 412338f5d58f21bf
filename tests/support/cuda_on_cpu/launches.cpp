// Launches: whether their shape is one a GPU would take.
#include <map>

#include "tests/support/cuda_on_cpu/runtime_state.h"

namespace cuda_on_cpu {
namespace {

// What a kernel was allowed by cudaFuncSetAttribute.
struct Allowed {
  std::size_t sharedBytes = kSharedBytes;
  unsigned cluster = 8;
};

Allowed& allowedTo(const void* kernel) {
  static std::map<const void*, Allowed> kernels;
  return kernels[kernel];
}

GridShape shapeOf(const cudaLaunchConfig_t& config) {
  GridShape shape = {config.gridDim, config.blockDim, config.dynamicSmemBytes};
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const cudaLaunchAttribute& attribute = config.attrs[i];
    if (attribute.id == cudaLaunchAttributeClusterDimension) {
      const uint3& cluster = attribute.val.clusterDim;
      shape.cluster = cluster.y == 1 && cluster.z == 1 ? cluster.x : 0;  // others are not emulated
    }
  }
  return shape;
}

bool isWithin(const dim3& shape, unsigned x, unsigned y, unsigned z) {
  return shape.x >= 1 && shape.y >= 1 && shape.z >= 1 && shape.x <= x && shape.y <= y && shape.z <= z;
}

cudaError_t whyRefused(const GridShape& shape, const Allowed& allowed) {
  if (!isWithin(shape.blocks, 0x7FFFFFFF, 65535, 65535)) return cudaErrorInvalidConfiguration;
  if (!isWithin(shape.threads, 1024, 1024, 64)) return cudaErrorInvalidConfiguration;
  const unsigned threads = shape.threads.x * shape.threads.y * shape.threads.z;
  if (threads > 1024) return cudaErrorInvalidConfiguration;
  if (shape.sharedBytes > allowed.sharedBytes) return cudaErrorInvalidValue;
  if (shape.cluster < 1 || shape.cluster > allowed.cluster) return cudaErrorInvalidClusterSize;
  if (shape.blocks.x % shape.cluster != 0) return cudaErrorInvalidConfiguration;
  return cudaSuccess;
}

}  // namespace

cudaError_t launchGrid(const cudaLaunchConfig_t& config, const void* kernel, std::function<void()> thread) {
  return call([&] {
    const GridShape shape = shapeOf(config);
    if (const cudaError_t refused = whyRefused(shape, allowedTo(kernel)); refused != cudaSuccess)
      return refused;
    return enqueue(config.stream, [shape, thread = std::move(thread)] {
      const std::string wrong = runGrid(shape, thread);
      if (!wrong.empty()) failForGood(cudaErrorLaunchFailure, wrong);
    });
  });
}

// One, wherever the shape is taken: clusters run one after the other here.
cudaError_t countClusters(int* clusters, const void* kernel, const cudaLaunchConfig_t& config) {
  return call([&] {
    const cudaError_t refused = whyRefused(shapeOf(config), allowedTo(kernel));
    *clusters = refused == cudaSuccess ? 1 : 0;
    return refused;
  });
}

}  // namespace cuda_on_cpu

cudaError_t cudaFuncSetAttribute(const void* kernel, cudaFuncAttribute attribute, int value) {
  using namespace cuda_on_cpu;
  return call([&] {
    if (attribute == cudaFuncAttributeNonPortableClusterSizeAllowed) {
      allowedTo(kernel).cluster = value ? 16 : 8;
      return cudaSuccess;
    }
    if (value < 0 || static_cast<std::size_t>(value) > kMostSharedBytes) return cudaErrorInvalidValue;
    allowedTo(kernel).sharedBytes = static_cast<std::size_t>(value);
    return cudaSuccess;
  });
}
