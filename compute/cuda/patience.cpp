#include "compute/cuda/patience.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "compute/cuda/check.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"

namespace cajal::cuda {
namespace {

// Most waits are short: for so long the host asks without a pause.
constexpr double kEagerSeconds = 200e-6;
constexpr std::chrono::microseconds kPause(50);

// `query` answers cudaErrorNotReady while there is something to wait for.
template <typename Query>
void waitUntilReady(Query&& query, const char* doing, double patienceSeconds, std::source_location where) {
  const double start = secondsNow();
  for (cudaError_t result = query(); result != cudaSuccess; result = query()) {
    if (result != cudaErrorNotReady) check(result, doing, where);
    static_cast<void>(cudaGetLastError());  // "not ready" is an answer, not an error
    const double waited = secondsNow() - start;
    if (waited > patienceSeconds) {
      throw Error(ExitCode::gpu,
                  fmt::format("{}: the GPU has not come to an end in {:g} seconds; use a smaller --net or "
                              "--batch, or --backend cpu",
                              doing, patienceSeconds),
                  where);
    }
    if (waited > kEagerSeconds) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

void waitFor(cudaStream_t stream, const char* doing, double patienceSeconds, std::source_location where) {
  waitUntilReady([stream] { return cudaStreamQuery(stream); }, doing, patienceSeconds, where);
}

void waitFor(cudaEvent_t event, const char* doing, double patienceSeconds, std::source_location where) {
  waitUntilReady([event] { return cudaEventQuery(event); }, doing, patienceSeconds, where);
}

}  // namespace cajal::cuda
