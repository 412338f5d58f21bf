// Capture, and graphs: what would have been enqueued is kept, with its arguments, and enqueued as one.
#include "tests/support/cuda_on_cpu/runtime_state.h"

using namespace cuda_on_cpu;

namespace cuda_on_cpu {

// A capture in global mode forbids every thread what might wait, in thread-local mode its own.
bool isForbiddenByCapture() {
  bool isForbidden = false;
  for (CUstream_st* const stream : state().streams) {
    if (!stream->captured || stream->mode == cudaStreamCaptureModeRelaxed) continue;
    if (stream->mode == cudaStreamCaptureModeThreadLocal && stream->capturer != std::this_thread::get_id())
      continue;
    stream->isInvalidated = true;
    isForbidden = true;
  }
  return isForbidden;
}

}  // namespace cuda_on_cpu

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  return call([&] {
    if (!stream) return cudaErrorStreamCaptureUnsupported;  // not the legacy stream
    if (!find(stream)) return cudaErrorInvalidResourceHandle;
    if (stream->captured) return cudaErrorInvalidValue;
    stream->captured = std::make_unique<CUgraph_st>();
    stream->mode = mode;
    stream->capturer = std::this_thread::get_id();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  return call([&] {
    *graph = nullptr;
    if (!stream || !find(stream)) return cudaErrorInvalidResourceHandle;
    if (!stream->captured) return cudaErrorInvalidValue;
    std::unique_ptr<CUgraph_st> captured = std::move(stream->captured);
    if (std::exchange(stream->isInvalidated, false)) return cudaErrorStreamCaptureInvalidated;
    *graph = captured.release();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* status) {
  return call([&] {
    const CUstream_st* const stream = find(handle);
    if (!stream) return cudaErrorInvalidResourceHandle;
    *status = stream->isInvalidated ? cudaStreamCaptureStatusInvalidated
              : stream->captured    ? cudaStreamCaptureStatusActive
                                    : cudaStreamCaptureStatusNone;
    return cudaSuccess;
  });
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  return call([&] {
    *executable = new CUgraphExec_st{graph->work};
    return cudaSuccess;
  });
}

cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) {
  return call([] { return cudaSuccess; });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return call([&] {
    for (const Work& work : executable->work) {
      if (const cudaError_t result = enqueue(stream, work); result != cudaSuccess) return result;
    }
    return cudaSuccess;
  });
}

// What was launched goes on: its work was copied.
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  return call([&] {
    delete executable;
    return cudaSuccess;
  });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  return call([&] {
    delete graph;
    return cudaSuccess;
  });
}
