#pragma once
// How long bursts of enqueued work take on the GPU, asked without waiting, and without CUDA's headers.

#include <memory>
#include <optional>

namespace cajal {

class StreamTimer {
 public:
  // `stream` is a cudaStream_t (cudaStreamOf(backend)) of the calling thread's device, and outlives the
  // timer.
  explicit StreamTimer(void* stream);
  ~StreamTimer();
  StreamTimer(const StreamTimer&) = delete;
  StreamTimer& operator=(const StreamTimer&) = delete;

  // Around what is enqueued; both only enqueue. begin() again before end() moves the beginning.
  void begin();
  void end();
  // Seconds that the oldest burst took which was not answered yet; nothing while it is not done.
  std::optional<double> poll();

  // Waits until everything enqueued so far is done; false where the time was up first. Looks again and again,
  // since CUDA's own waits know no end.
  [[nodiscard]] bool finish(double timeoutSeconds);

 private:
  struct Marks;
  std::unique_ptr<Marks> m_marks;
};

}  // namespace cajal
