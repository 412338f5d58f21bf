#pragma once
// What the emulated runtime knows, and what every call of it goes through.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/cuda_on_cpu/cuda_runtime.h"

namespace cuda_on_cpu {

using Work = std::function<void()>;

// The device: Hopper's limits, but few multiprocessors.
inline constexpr int kMultiprocessors = 8;
inline constexpr std::size_t kSharedBytes = 48u << 10, kMostSharedBytes = 227u << 10;  // of a block
inline constexpr std::size_t kMemoryBytes = std::size_t{8} << 30;

// Of an event: how often it was recorded, and which of these the stream has come past.
struct Mark {
  std::uint64_t recorded = 0, reached = 0;
  double seconds = 0;  // when it was reached
};

}  // namespace cuda_on_cpu

struct CUgraph_st {
  std::vector<cuda_on_cpu::Work> work;
};

struct CUgraphExec_st {
  std::vector<cuda_on_cpu::Work> work;
};

struct CUstream_st {
  bool waitsForLegacy = false;
  std::deque<cuda_on_cpu::Work> queue;
  bool isHeld = false;  // by a test: nothing is done, as behind a wait for a device that is lost
  std::unique_ptr<CUgraph_st> captured;  // while it captures
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  std::thread::id capturer;
  bool isInvalidated = false;  // the capture
};

struct CUevent_st {
  bool isTimed = false, isCaptured = false;
  CUstream_st* stream = nullptr;  // it was recorded in
  std::shared_ptr<cuda_on_cpu::Mark> mark = std::make_shared<cuda_on_cpu::Mark>();
};

namespace cuda_on_cpu {

struct RuntimeState {
  std::recursive_mutex lock;
  std::set<CUstream_st*> streams;
  CUstream_st legacy;                 // the null stream
  cudaError_t failure = cudaSuccess;  // after which nothing works any more
  std::string whatFailed;
};

RuntimeState& state();

// `result`, for cudaGetLastError() to repeat.
cudaError_t answer(cudaError_t result);

// Every call: locked, refused after a failure, its result remembered.
template <typename Body>
cudaError_t call(Body&& body) {
  const std::lock_guard held(state().lock);
  return answer(state().failure == cudaSuccess ? body() : state().failure);
}

// A kernel went wrong: every call from here on says so.
void failForGood(cudaError_t result, const std::string& what);

// Null where the handle is of no stream.
CUstream_st* find(cudaStream_t stream);
cudaError_t enqueue(cudaStream_t stream, Work work);
void run(CUstream_st& stream);
void runEverything();
// Whether a capture forbids a call that might wait; the capture is then lost.
bool isForbiddenByCapture();

// memory.cpp. Device memory can be touched only while one of these lives.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
};
// Whether all of it lies in one allocation.
bool isDeviceMemory(const void* memory, std::size_t bytes);

}  // namespace cuda_on_cpu
