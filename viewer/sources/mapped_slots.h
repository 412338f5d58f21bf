#pragma once
// The source of a training that runs on a thread of its own: publishing is one copy, between two steps, into
// the next of three mapped slots. The CPU backend is drawn this way, and CUDA's where Vulkan draws on another
// device.
//
// One slot may be written, one waits to be drawn, one is being drawn. Where no slot is free, the publication
// is skipped and made later. Neither thread waits for the other, except in newest(Wait::yes).

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "compute/training/steering/training_thread.h"
#include "viewer/sources/source.h"

namespace cajal {

class Device;
class Timeline;

class MappedSlots final : public Source, private FrameSync {
 public:
  // `done` is signalled with the number of each frame that was drawn (Frames::done()). `turns`: see
  // TrainingThread.
  MappedSlots(const Device& device, const Timeline& done, std::unique_ptr<Trainer> trainer,
              StepTurns* turns = nullptr);
  ~MappedSlots() override;

  const Subject& subject() const override { return m_subject; }
  void request(const FrameRequest& request) override;
  const Publication* newest(Wait wait) override;
  FrameSync& sync() override { return *this; }
  std::vector<Metrics> takeMetrics(Wait wait) override { return m_thread->takeMetrics(wait); }
  SourceCounters counters() const override;
  Steering* steering() override { return m_thread.get(); }

 private:
  static constexpr std::size_t kSlots = 3;

  enum class State { free, writing, ready, shown };

  struct Slot {
    State state = State::free;
    std::uint64_t lastFrame = 0;  // the last frame that reads it; once that is drawn, the slot is free
    Publication publication;
    std::optional<Buffer> arenas[kArenaKinds];
  };

  void submitted(std::uint64_t frameNumber) override;
  bool publish(const Snapshot& snapshot, std::uint64_t request);  // training thread
  void copy(const float* arena, std::byte* slot, std::size_t floats);
  Slot* findFree();  // locked
  void makeRoom(std::uint32_t arenas);

  const Device& m_device;
  const Timeline& m_done;
  Backend& m_backend;  // training thread
  Subject m_subject;
  std::size_t m_arenaFloats[kArenaKinds] = {};
  std::array<Slot, kSlots> m_slots;
  Slot* m_shown = nullptr;          // render thread
  std::uint64_t m_lastRequest = 0;  // render thread: its number

  mutable std::mutex m_mutex;  // guards the slots' states and what follows
  std::condition_variable m_published;
  SourceCounters m_counters;
  std::uint64_t m_newestAnswered = 0;  // the request that the newest publication answers

  std::unique_ptr<TrainingThread> m_thread;  // made last and ended first: it calls publish()
};

}  // namespace cajal
