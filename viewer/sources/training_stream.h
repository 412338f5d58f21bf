#pragma once
// The stream that training is enqueued on, as SharedMemory sees it: memory and timelines that both sides
// know, and what may be put between two steps. CUDA's stream is in cuda_stream.h; tests bring their own.

#include <cstdint>
#include <optional>
#include <string>

#include "compute/core/backend.h"
#include "engine/vulkan/buffer.h"
#include "engine/vulkan/timeline.h"

namespace cajal {

// One arena, seen from both sides.
struct SharedArena {
  BufferRange drawn;
  ArenaMemory trained;  // zeroed; owns what `drawn` names, too
};

class TrainingStream {
 public:
  virtual ~TrainingStream() = default;

  virtual SharedArena makeArena(std::size_t floats) = 0;

  // --- enqueued, in order with the steps ---
  virtual void signalTrained(std::uint64_t value) = 0;  // T=value, once all before it is done
  virtual void waitForDrawn(std::uint64_t value) = 0;   // what follows runs once R≥value
  // Around a burst of steps; begin again before the end moves the beginning.
  virtual void beginBurst() = 0;
  virtual void endBurst() = 0;

  // --- asked by the host ---
  // Seconds of the oldest burst not answered yet, once it is done.
  virtual std::optional<double> pollBurst() = 0;
  // Waits until all that is enqueued is done, or until R≥value; false where the time was up first.
  [[nodiscard]] virtual bool finish(double timeoutSeconds) = 0;
  [[nodiscard]] virtual bool isDrawn(std::uint64_t value, double timeoutSeconds) = 0;
  // Drawing has died and will not signal R any more: the host does, so that the stream can end. Never throws.
  virtual void signalDrawnInstead(std::uint64_t value) noexcept = 0;

  // --- for a frame ---
  virtual SemaphoreAt trainedAt(std::uint64_t value, VkPipelineStageFlags2 stage) const = 0;  // T
  virtual SemaphoreAt drawnAt(std::uint64_t value) const = 0;                                 // R
};

}  // namespace cajal
