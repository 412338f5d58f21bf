#pragma once
// The seam between training and drawing, in both its kinds: memory that CUDA and Vulkan share, or three
// mapped slots that a training thread copies into. Nobody outside this folder can tell which.
//
// In a frame: request() what shall be drawn next; newest() to draw; waits()/signals() go to Frames::submit();
// submitted() with the frame's number. All on the render thread, and nothing blocks but newest(wait = true).
// With shared memory these calls are also what training is enqueued by: while no frames are drawn,
// takeMetrics() every few milliseconds keeps it going.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compute/training/training_thread.h"
#include "engine/vulkan/buffer.h"
#include "engine/vulkan/timeline.h"

namespace cajal {

// A state of the training that can be drawn: facts, and where its arenas stand on the GPU.
struct Publication {
  SnapshotFacts facts;
  BufferRange arenas[kArenaKinds];  // those that were asked for, at least; else empty
};

struct FrameRequest {
  ViewRequest view;
  // 0: training runs as it likes. Else exactly so many steps lie between this publication and the one before.
  std::uint64_t steps = 0;
  // Until the next request, as far as that is known: how much work training may be given at once where it
  // shares the GPU with drawing.
  double seconds = 1.0 / 60;
};

struct BridgeCounters {
  std::uint64_t bytesCopied = 0;  // from training's memory into drawing's, since the start
  std::uint64_t publications = 0;
  std::uint64_t skipped = 0;  // publications that found no free slot
};

class Bridge {
 public:
  virtual ~Bridge() = default;

  // "3 mapped slots on the processor"; "shared memory, nothing copied"
  virtual std::string describe() const = 0;

  // --- the training ---
  virtual void post(const Command& command) = 0;
  // So many steps more, or until paused.
  virtual void run(std::uint64_t steps = TrainingThread::kForever) = 0;
  virtual void pause() = 0;
  virtual void stepOnce() = 0;
  virtual bool isRunning() const = 0;
  virtual std::uint64_t stepsDone() const = 0;
  // Why the training takes no further step, in words a user can act on; empty while it does.
  virtual std::string haltedReason() const = 0;
  virtual std::vector<Metrics> takeMetrics() = 0;
  // Behind newest(wait = true): takeMetrics() gives every point up to that publication from here on.
  virtual void awaitMetrics() {}
  virtual std::vector<LoggedCommand> takeCommandLog() = 0;
  // Looks at the trainer between two steps; waits for it.
  virtual void withTrainer(const std::function<void(Trainer&)>& work) = 0;
  // CPU threads for training from now on; the bits do not depend on it.
  virtual void setThreads(int) {}

  // --- a frame ---
  virtual void request(const FrameRequest& request) = 0;
  // The newest publication, or null where there is none yet. `wait`: for the one that was requested last.
  virtual const Publication* newest(bool wait) = 0;
  virtual std::vector<SemaphoreAt> waits() const { return {}; }
  virtual std::vector<SemaphoreAt> signals() const { return {}; }
  virtual void submitted(std::uint64_t frameNumber) = 0;
  // Recorded before the first and after the last command of a frame that reads a publication's arenas: they
  // come from another API, and go back to it.
  virtual void acquire(VkCommandBuffer) const {}
  virtual void release(VkCommandBuffer) const {}

  virtual BridgeCounters counters() const = 0;
};

}  // namespace cajal
