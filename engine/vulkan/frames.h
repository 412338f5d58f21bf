#pragma once
// Frames in flight: while the GPU draws one, the host records the next.

#include "engine/vulkan/frame_upload.h"
#include "engine/vulkan/owned.h"
#include "engine/vulkan/timeline.h"
#include "engine/vulkan/vulkan.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace cajal {

// One frame's commands, and everything that dies with it.
class Frame {
 public:
  VkCommandBuffer commands() const { return m_commands; }
  FrameUpload& upload() { return m_upload; }
  std::uint64_t number() const {
    return m_number;
  }                                            // 1, 2, 3, ...: what Frames::done() reaches when it is drawn
  std::size_t slot() const { return m_slot; }  // 0 up to Frames::inFlight()

 private:
  friend class Frames;
  Frame(const Device& device, std::size_t slot, VkDeviceSize uploadBytes);

  std::size_t m_slot;
  std::uint64_t m_number = 0;
  OwnedCommandPool m_pool;
  VkCommandBuffer m_commands = VK_NULL_HANDLE;
  FrameUpload m_upload;
  std::vector<std::shared_ptr<void>> m_kept;
};

// Owner of the frames. Use: begin(), record, submit(). Render thread only.
class Frames {
 public:
  explicit Frames(const Device& device, std::size_t inFlight = 2, VkDeviceSize uploadBytes = 1 << 20);
  ~Frames();
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  // Waits until the GPU has drawn the frame that used this slot before; what it kept is gone then.
  Frame& begin();
  // The frame is drawn after all `waits`; `signals` come when it is done.
  void submit(const std::vector<SemaphoreAt>& waits = {}, std::vector<SemaphoreAt> signals = {});

  // Takes an owner of something that the GPU may still use, and drops it when no frame can any more. At any
  // time.
  template <typename T>
  void keep(T owner) {
    m_kept.push_back(std::make_shared<T>(std::move(owner)));
  }

  std::size_t inFlight() const { return m_frames.size(); }
  const Timeline& done() const { return m_done; }  // signalled with the number of each frame that was drawn
  std::uint64_t lastSubmitted() const { return m_lastSubmitted; }
  void waitForAll() const;

 private:
  Frame& current() { return m_frames[m_lastSubmitted % m_frames.size()]; }

  const Device* m_device;
  Timeline m_done;
  std::vector<Frame> m_frames;
  std::vector<std::shared_ptr<void>> m_kept;  // since the last submit
  std::uint64_t m_lastSubmitted = 0;
};

}  // namespace cajal
