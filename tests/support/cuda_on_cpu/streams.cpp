// Streams and events: queues of work that run when somebody waits.
#include <chrono>

#include "tests/support/cuda_on_cpu/runtime_state.h"

using namespace cuda_on_cpu;

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kLongestQueue = 4096;  // pieces of work; then it runs without being asked

double secondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Until the stream has come past the record of that number, or to its end.
void runUntil(CUstream_st& stream, const Mark& mark, std::uint64_t number) {
  if (mark.reached >= number || stream.queue.empty() || stream.isHeld) return;
  const DeviceAccess access;
  while (mark.reached < number && !stream.queue.empty() && state().failure == cudaSuccess) {
    const Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    work();
  }
}

bool isAlive(const CUstream_st* stream) {
  return stream == &state().legacy || state().streams.count(const_cast<CUstream_st*>(stream)) > 0;
}

void runUntil(const CUevent_st& event, std::uint64_t number) {
  if (event.stream && isAlive(event.stream)) runUntil(*event.stream, *event.mark, number);
}
void runUntil(const CUevent_st& event) {
  runUntil(event, event.mark->recorded);
}

bool isReached(const CUevent_st& event) {
  return event.mark->reached == event.mark->recorded;
}

}  // namespace

CUstream_st* find(cudaStream_t stream) {
  if (!stream) return &state().legacy;
  return isAlive(stream) ? stream : nullptr;
}

void run(CUstream_st& stream) {
  const Mark never;
  runUntil(stream, never, 1);
  if (state().failure != cudaSuccess) stream.queue.clear();
}

void runEverything() {
  run(state().legacy);
  for (CUstream_st* const stream : state().streams) run(*stream);
}

cudaError_t enqueue(cudaStream_t handle, Work work) {
  CUstream_st* const stream = find(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (stream->isInvalidated) return cudaErrorStreamCaptureInvalidated;
  if (stream->captured) {
    stream->captured->work.push_back(std::move(work));
    return cudaSuccess;
  }
  if (stream->waitsForLegacy) run(state().legacy);
  stream->queue.push_back(std::move(work));
  if (stream->queue.size() > kLongestQueue) run(*stream);
  return state().failure;
}

}  // namespace cuda_on_cpu

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return call([&] {
    *stream = new CUstream_st;
    (*stream)->waitsForLegacy = flags != cudaStreamNonBlocking;
    state().streams.insert(*stream);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return call([&] {
    if (!stream || !find(stream)) return cudaErrorInvalidResourceHandle;
    run(*stream);
    state().streams.erase(stream);
    delete stream;
    return state().failure;
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = find(handle);
    if (!stream) return cudaErrorInvalidResourceHandle;
    if (stream->captured) stream->isInvalidated = true;
    if (stream->captured || isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    run(*stream);
    return state().failure;
  });
}

// The first question is always too early where there is work: whoever asks again finds it done.
cudaError_t cudaStreamQuery(cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = find(handle);
    if (!stream) return cudaErrorInvalidResourceHandle;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    if (stream->queue.empty()) return cudaSuccess;
    run(*stream);
    return state().failure == cudaSuccess ? cudaErrorNotReady : state().failure;
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return call([&] {
    if (event->isCaptured) return cudaErrorNotSupported;  // branches of a capture are not emulated
    return enqueue(stream, [awaited = *event, number = event->mark->recorded] { runUntil(awaited, number); });
  });
}

cudaError_t cudaDeviceSynchronize() {
  return call([&] {
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    runEverything();
    return state().failure;
  });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return call([&] {
    *event = new CUevent_st;
    (*event)->isTimed = (flags & cudaEventDisableTiming) == 0;
    return cudaSuccess;
  });
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  return call([&] {
    delete event;  // what is enqueued holds its mark
    return cudaSuccess;
  });
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = find(handle);
    if (!stream) return cudaErrorInvalidResourceHandle;
    if (stream->isInvalidated) return cudaErrorStreamCaptureInvalidated;
    event->stream = stream;
    event->isCaptured = stream->captured != nullptr;
    if (event->isCaptured) return cudaSuccess;  // orders branches of a graph, and is no part of it
    return enqueue(handle, [mark = event->mark, number = ++event->mark->recorded] {
      mark->reached = number;
      mark->seconds = secondsNow();
    });
  });
}

// As cudaStreamQuery.
cudaError_t cudaEventQuery(cudaEvent_t event) {
  return call([&] {
    if (event->isCaptured) return cudaErrorCapturedEvent;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    if (isReached(*event)) return cudaSuccess;
    runUntil(*event);
    return state().failure == cudaSuccess ? cudaErrorNotReady : state().failure;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return call([&] {
    if (event->isCaptured) return cudaErrorCapturedEvent;
    if (isForbiddenByCapture()) return cudaErrorStreamCaptureUnsupported;
    runUntil(*event);
    return state().failure;
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  return call([&] {
    for (const CUevent_st* const event : {begin, end}) {
      if (!event->isTimed || event->mark->recorded == 0) return cudaErrorInvalidResourceHandle;
    }
    if (!isReached(*begin) || !isReached(*end)) return cudaErrorNotReady;
    *milliseconds = static_cast<float>((end->mark->seconds - begin->mark->seconds) * 1e3);
    return cudaSuccess;
  });
}
