#pragma once
// Host waits that have an end. A stream may wait for a frame that never ends, because its device is lost or
// hangs; CUDA's own waits would then wait for ever. These ask again and again, and throw Error(gpu) when the
// patience is over.

#include <cuda_runtime.h>

#include <source_location>

namespace cajal::cuda {

inline constexpr double kPatienceSeconds = 60;

// Until everything that was enqueued is done.
void waitFor(cudaStream_t stream, const char* doing, double patienceSeconds = kPatienceSeconds,
             std::source_location where = std::source_location::current());
// Until the stream has come to where the event was recorded.
void waitFor(cudaEvent_t event, const char* doing, double patienceSeconds = kPatienceSeconds,
             std::source_location where = std::source_location::current());

}  // namespace cajal::cuda
