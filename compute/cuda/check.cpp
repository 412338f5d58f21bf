#include "compute/cuda/check.h"

#include <fmt/format.h>

#include <climits>

#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal::cuda {
namespace {

const char* advice(cudaError_t result) {
  switch (result) {
    case cudaErrorMemoryAllocation:
      return "use a smaller --net or --batch, or close other programs that use the GPU";
    case cudaErrorNoDevice:
    case cudaErrorInsufficientDriver: return "install or update the NVIDIA driver, or use --backend cpu";
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorInvalidDeviceFunction:
      return "this build holds no code for this GPU: configure with -DCAJAL_CUDA_ARCHITECTURES=native";
    case cudaErrorDevicesUnavailable:
      return "another program holds the GPU for itself; close it, or use --backend cpu";
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorAssert:
    case cudaErrorECCUncorrectable:
      return "the GPU gave up this program's work: start again, and if it comes back use --backend cpu";
    default: return "if it comes back, use --backend cpu";
  }
}

}  // namespace

void check(cudaError_t result, const char* doing, std::source_location where) {
  if (result == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // or the next launch would be blamed for it
  throw Error(ExitCode::gpu,
              fmt::format("CUDA, {}: {} ({}); {}", doing, cudaGetErrorString(result),
                          cudaGetErrorName(result), advice(result)),
              where);
}

void check(cublasStatus_t result, const char* doing, std::source_location where) {
  if (result == CUBLAS_STATUS_SUCCESS) return;
  const bool outOfMemory = result == CUBLAS_STATUS_ALLOC_FAILED;
  throw Error(ExitCode::gpu,
              fmt::format("cuBLAS, {}: {} ({}); {}", doing, cublasGetStatusString(result),
                          cublasGetStatusName(result),
                          advice(outOfMemory ? cudaErrorMemoryAllocation : cudaErrorUnknown)),
              where);
}

int asInt(std::size_t size, const char* words, std::source_location where) {
  require(size <= INT_MAX, words, where);
  return static_cast<int>(size);
}

void logIfFailed(cudaError_t result, const char* doing) noexcept {
  // At the end of the process the driver may be gone before we are: its memory went with it.
  if (result == cudaSuccess || result == cudaErrorCudartUnloading) return;
  try {
    logError("CUDA, {}: {} ({})", doing, cudaGetErrorString(result), cudaGetErrorName(result));
  } catch (...) {
  }
}

}  // namespace cajal::cuda
