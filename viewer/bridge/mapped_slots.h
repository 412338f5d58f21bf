#pragma once
// The bridge for the CPU backend: a training thread owns host arenas; publishing is one copy at a step
// boundary into the next of three mapped slots. CUDA's arenas can be copied like this too, where Vulkan draws
// on another device. One slot may be written, one waits to be drawn, one is being
// drawn; where none is free, the publication is skipped and made later. Neither side ever waits for the
// other, unless it asks to.

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "viewer/bridge/bridge.h"

namespace cajal {

class MappedSlots final : public Bridge {
 public:
  // `done` is signalled with the number of each frame that was drawn (Frames::done()).
  MappedSlots(const Device& device, const Timeline& done, std::unique_ptr<Trainer> trainer);
  ~MappedSlots() override;

  std::string describe() const override;
  void post(const Command& command) override { m_thread->post(command); }
  void run(std::uint64_t steps) override { m_thread->advance(steps); }
  void pause() override { m_thread->pause(); }
  void stepOnce() override { m_thread->advance(1); }
  bool isRunning() const override { return m_thread->isRunning(); }
  std::uint64_t stepsDone() const override { return m_thread->stepsDone(); }
  std::string haltedReason() const override { return m_thread->haltedReason(); }
  std::vector<Metrics> takeMetrics() override { return m_thread->takeMetrics(); }
  std::vector<LoggedCommand> takeCommandLog() override { return m_thread->takeCommandLog(); }
  void withTrainer(const std::function<void(Trainer&)>& work) override { m_thread->run(work); }
  void setThreads(int threads) override { m_thread->setThreads(threads); }

  void request(const FrameRequest& request) override;
  const Publication* newest(bool wait) override;
  void submitted(std::uint64_t frameNumber) override;
  BridgeCounters counters() const override;

 private:
  static constexpr std::size_t kSlots = 3;

  enum class State { free, writing, ready, shown };

  struct Slot {
    State state = State::free;
    std::uint64_t lastFrame = 0;  // that reads it; it is free once this one is drawn
    Publication publication;
    std::optional<Buffer> arenas[kArenaKinds];
  };

  bool publish(const Snapshot& snapshot);  // training thread
  void copy(const float* arena, std::byte* slot, std::size_t floats);
  Slot* findFree();  // locked
  void makeRoom(std::uint32_t arenas);

  const Device& m_device;
  const Timeline& m_done;
  Backend& m_backend;  // training thread
  std::size_t m_arenaFloats[kArenaKinds] = {};
  std::array<Slot, kSlots> m_slots;
  Slot* m_shown = nullptr;  // render thread

  mutable std::mutex m_mutex;  // guards the slots' states and what follows
  std::condition_variable m_published;
  BridgeCounters m_counters;
  std::uint64_t m_publicationsWhenRequested = 0;

  std::unique_ptr<TrainingThread> m_thread;  // last made, first to end: it calls publish()
};

}  // namespace cajal
