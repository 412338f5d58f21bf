#include "compute/cuda/owners.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.h"

namespace cajal::cuda {
namespace {

[[noreturn]] void throwOutOfMemory(std::size_t bytes, const char* what) {
  static_cast<void>(cudaGetLastError());  // or the next launch would be blamed for it
  std::size_t free = 0, total = 0;
  static_cast<void>(cudaMemGetInfo(&free, &total));
  throw Error(
      ExitCode::gpu,
      fmt::format("out of GPU memory: {} MB were wanted for {}, {} of {} MB are free; use a smaller --net or "
                  "--batch, close other programs that use the GPU, or use --backend cpu",
                  bytes / 1'000'000, what, free / 1'000'000, total / 1'000'000));
}

}  // namespace

Stream makeStream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
  return Stream(stream);
}

Event makeEvent() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "making an event");
  return Event(event);
}

Blas makeBlas(cudaStream_t stream, void* workspace, std::size_t workspaceBytes) {
  cublasHandle_t handle = nullptr;
  check(cublasCreate(&handle), "starting cuBLAS");
  Blas blas(handle);
  // In this order: setting the stream gives the workspace back.
  check(cublasSetStream(handle, stream), "giving cuBLAS our stream");
  check(cublasSetWorkspace(handle, workspace, workspaceBytes), "giving cuBLAS its workspace");
  check(cublasSetPointerMode(handle, CUBLAS_POINTER_MODE_HOST), "telling cuBLAS where its factors are");
  check(cublasSetMathMode(handle, CUBLAS_DEFAULT_MATH), "asking cuBLAS for fp32, no TF32");
  return blas;
}

void* allocateDeviceBytes(std::size_t bytes, const char* what) {
  void* memory = nullptr;
  const cudaError_t result = cudaMalloc(&memory, std::max<std::size_t>(bytes, 1));
  if (result == cudaErrorMemoryAllocation) throwOutOfMemory(bytes, what);
  check(result, "allocating device memory");
  return memory;
}

void* allocatePinnedBytes(std::size_t bytes) {
  void* memory = nullptr;
  check(cudaMallocHost(&memory, bytes), "allocating pinned memory");
  return memory;
}

}  // namespace cajal::cuda
