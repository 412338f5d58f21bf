#include "compute/cuda/stream_timer.h"

#include <chrono>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "compute/cuda/owners.h"
#include "engine/base/clock.h"

namespace cajal {
namespace {

using namespace cuda;

Event makeTimingEvent() {
  cudaEvent_t event = nullptr;
  check(cudaEventCreate(&event), "making an event that tells the time");
  return Event(event);
}

bool isReached(const Event& event) {
  const cudaError_t result = cudaEventQuery(event.get());
  if (result == cudaErrorNotReady) {
    static_cast<void>(cudaGetLastError());  // "not ready" is an answer, not an error
    return false;
  }
  check(result, "asking how far the training has come");
  return true;
}

}  // namespace

struct StreamTimer::Marks {
  struct Burst {
    Event begin, end;
  };

  Burst take() {
    if (spare.empty()) return {makeTimingEvent(), makeTimingEvent()};
    Burst burst = std::move(spare.back());
    spare.pop_back();
    return burst;
  }

  cudaStream_t stream = nullptr;
  Event everything;           // of finish()
  Burst open;                 // between begin() and end(); else empty
  std::deque<Burst> pending;  // ended, and not answered yet
  std::vector<Burst> spare;
};

StreamTimer::StreamTimer(void* stream) : m_marks(std::make_unique<Marks>()) {
  m_marks->stream = static_cast<cudaStream_t>(stream);
  m_marks->everything = makeEvent();
}

StreamTimer::~StreamTimer() = default;

void StreamTimer::begin() {
  if (!m_marks->open.begin) m_marks->open = m_marks->take();
  check(cudaEventRecord(m_marks->open.begin.get(), m_marks->stream), "marking the beginning of a burst");
}

void StreamTimer::end() {
  check(cudaEventRecord(m_marks->open.end.get(), m_marks->stream), "marking the end of a burst");
  m_marks->pending.push_back(std::exchange(m_marks->open, {}));
}

std::optional<double> StreamTimer::poll() {
  if (m_marks->pending.empty() || !isReached(m_marks->pending.front().end)) return std::nullopt;
  Marks::Burst burst = std::move(m_marks->pending.front());
  m_marks->pending.pop_front();
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, burst.begin.get(), burst.end.get()), "timing a burst");
  m_marks->spare.push_back(std::move(burst));
  return static_cast<double>(milliseconds) * 1e-3;
}

bool StreamTimer::finish(double timeoutSeconds) {
  check(cudaEventRecord(m_marks->everything.get(), m_marks->stream), "marking the end of the training");
  const double end = secondsNow() + timeoutSeconds;
  while (!isReached(m_marks->everything)) {
    if (secondsNow() > end) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  return true;
}

}  // namespace cajal
