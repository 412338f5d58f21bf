#pragma once
// Owners of what CUDA lends: each frees in its destructor, moves and does not copy. A nullptr owns nothing.

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <memory>

#include "compute/cuda/check.h"

namespace cajal::cuda {

struct DestroyStream {
  void operator()(cudaStream_t stream) const {
    logIfFailed(cudaStreamDestroy(stream), "destroying a stream");
  }
};
struct DestroyEvent {
  void operator()(cudaEvent_t event) const { logIfFailed(cudaEventDestroy(event), "destroying an event"); }
};
struct DestroyGraph {
  void operator()(cudaGraph_t graph) const { logIfFailed(cudaGraphDestroy(graph), "destroying a graph"); }
};
struct DestroyGraphExec {
  void operator()(cudaGraphExec_t graph) const {
    logIfFailed(cudaGraphExecDestroy(graph), "destroying a graph");
  }
};
struct DestroyBlas {
  void operator()(cublasHandle_t blas) const { static_cast<void>(cublasDestroy(blas)); }
};
// cudaFree waits for the device: nothing still runs on memory that goes.
struct FreeDeviceMemory {
  void operator()(void* memory) const { logIfFailed(cudaFree(memory), "freeing device memory"); }
};
struct FreePinnedMemory {
  void operator()(void* memory) const { logIfFailed(cudaFreeHost(memory), "freeing pinned memory"); }
};

using Stream = std::unique_ptr<CUstream_st, DestroyStream>;
using Event = std::unique_ptr<CUevent_st, DestroyEvent>;
using Graph = std::unique_ptr<CUgraph_st, DestroyGraph>;
using GraphExec = std::unique_ptr<CUgraphExec_st, DestroyGraphExec>;
using Blas = std::unique_ptr<cublasContext, DestroyBlas>;
template <typename Element>
using DeviceMemory = std::unique_ptr<Element[], FreeDeviceMemory>;
template <typename Element>
using PinnedMemory = std::unique_ptr<Element[], FreePinnedMemory>;

// Does not wait for the legacy stream, which other code of this process may use.
Stream makeStream();
// Answers "done or not"; takes no time stamp, which makes it cheaper.
Event makeEvent();
// Enqueues on `stream`, with `workspace` for its own use: then it never allocates, and a step can be
// captured.
Blas makeBlas(cudaStream_t stream, void* workspace, std::size_t workspaceBytes);

// Not zeroed. Throws Error(gpu) with how much was wanted for what, and how much there is.
void* allocateDeviceBytes(std::size_t bytes, const char* what);
void* allocatePinnedBytes(std::size_t bytes);

template <typename Element>
DeviceMemory<Element> allocateDevice(std::size_t count, const char* what) {
  return DeviceMemory<Element>(static_cast<Element*>(allocateDeviceBytes(count * sizeof(Element), what)));
}
template <typename Element>
PinnedMemory<Element> allocatePinned(std::size_t count) {
  return PinnedMemory<Element>(static_cast<Element*>(allocatePinnedBytes(count * sizeof(Element))));
}

}  // namespace cajal::cuda
