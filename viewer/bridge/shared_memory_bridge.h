#pragma once
// The bridge for CUDA: training and drawing use the same memory, nothing is copied, and the GPU itself keeps
// them apart (turns.h). One conductor, the render thread, enqueues both sides, so there is one order.
//
// A state that newest() has handed out must still stand when its frame reads it. So what is requested
// meanwhile is enqueued as soon as that frame is submitted: the first step's forward pass, which reads only,
// runs beside the drawing; the update waits for R. Nothing here knows CUDA; that is behind TrainingStream.

#include <deque>
#include <exception>
#include <memory>

#include "viewer/bridge/bridge.h"
#include "viewer/bridge/burst_controller.h"
#include "viewer/bridge/training_stream.h"
#include "viewer/bridge/turns.h"

namespace cajal {

class SharedMemory final : public Bridge {
 public:
  using TrainerMaker = std::function<std::unique_ptr<Trainer>(const ArenaSource&)>;

  // `queueFamily`: of the queue that draws.
  SharedMemory(std::unique_ptr<TrainingStream> stream, const TrainerMaker& makeTrainer,
               std::uint32_t queueFamily);
  // Waits for the training, but not for ever. What is drawn must be done: Frames::waitForAll().
  ~SharedMemory() override;

  std::string describe() const override { return "shared memory, nothing copied"; }
  void post(const Command& command) override { m_commands.push_back(command); }
  void run(std::uint64_t steps) override;
  void pause() override { m_remaining = 0; }
  void stepOnce() override { run(1); }
  bool isRunning() const override { return m_remaining > 0; }
  // Done by the GPU, as far as the last call has seen; not those that are only enqueued.
  std::uint64_t stepsDone() const override { return m_stepsDone; }
  std::string haltedReason() const override { return m_trainer->haltedReason(); }
  // Also enqueues steps where nobody draws.
  std::vector<Metrics> takeMetrics() override;
  void awaitMetrics() override;
  std::vector<LoggedCommand> takeCommandLog() override { return std::exchange(m_log, {}); }
  void withTrainer(const std::function<void(Trainer&)>& work) override;

  void request(const FrameRequest& request) override;
  const Publication* newest(bool wait) override;
  std::vector<SemaphoreAt> waits() const override;
  std::vector<SemaphoreAt> signals() const override;
  void submitted(std::uint64_t frameNumber) override;
  void acquire(VkCommandBuffer commands) const override;
  void release(VkCommandBuffer commands) const override;
  BridgeCounters counters() const override { return m_counters; }

 private:
  // Steps that were enqueued together.
  struct Burst {
    double timedSteps = 0;
    std::uint64_t stepsAfter = 0;  // Trainer::stepsDone() behind it
  };

  // --- enqueuing, in the order in which it happens ---
  void answerRequest();
  void goOnUnseen();
  void applyCommands();
  void apply(const Command& command);
  bool isCommandDue() const;
  std::uint64_t stepsForRequest() const;
  void enqueueSteps(std::uint64_t steps);
  void enqueueBurst(std::uint64_t steps);
  void confirmDrawing();
  void publish();
  bool waitForDrawing();

  // --- looking ---
  void collectBursts();
  void settle();
  std::uint64_t stepsAhead() const { return m_trainer->stepsDone() - m_stepsDone; }
  template <typename Work>
  void guarded(Work&& work);

  std::unique_ptr<TrainingStream> m_stream;
  std::uint32_t m_queueFamily;
  Publication m_publication;           // the newest
  std::unique_ptr<Trainer> m_trainer;  // owns the arenas
  std::uint64_t m_stepsBehindAWait = 1;

  Turns m_turns;
  BurstController m_controller;
  std::deque<Burst> m_bursts;  // enqueued, not known to be done
  std::uint64_t m_stepsDone = 0;
  std::uint64_t m_stepsSinceWait = 0;  // enqueued since the last wait for R, while that was not seen to end
  bool m_isWaitOpen = false;
  double m_timedLess = 0;  // steps of the burst at hand that ran before its beginning was marked

  std::uint64_t m_remaining = 0;  // steps that run() asked for
  std::vector<Command> m_commands;
  std::deque<Command> m_scheduled;  // with a step of their own, in order
  std::vector<LoggedCommand> m_log;
  FrameRequest m_request;        // the newest
  bool m_wasRequested = false;   // ever
  bool m_isDeferred = false;     // it waits for the frame at hand to be submitted
  bool m_isTaken = false;        // newest() has handed out what the frame at hand will read
  double m_lastRequestTime = 0;  // seconds
  double m_lastLookTime = 0;     // of takeMetrics()
  int m_looksSinceRequest = 0;
  BridgeCounters m_counters;
  std::exception_ptr m_failure;  // what ended the training; CUDA's errors do not go away
};

}  // namespace cajal
