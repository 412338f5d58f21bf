#pragma once
// What a frame must do so that it reads whole states while training goes on. This class itself asks for
// nothing: it serves sources whose publications never change, such as files. Render thread only.

#include <cstdint>
#include <vector>

#include "engine/vulkan/timeline.h"

namespace cajal {

class FrameSync {
 public:
  virtual ~FrameSync() = default;

  // For Frames::submit(): what the next frame waits for, and what it signals.
  virtual std::vector<SemaphoreAt> waits() const { return {}; }
  virtual std::vector<SemaphoreAt> signals() const { return {}; }
  // The frame of this number was submitted; it reads what Source::newest() gave last.
  virtual void submitted(std::uint64_t /*frameNumber*/) {}
  // Recorded before the first and after the last command of a frame that reads a publication's arenas: memory
  // of another API is acquired from it, and released to it.
  virtual void acquire(VkCommandBuffer) const {}
  virtual void release(VkCommandBuffer) const {}
};

}  // namespace cajal
