#pragma once
// The source of a training that uses the memory that Vulkan draws from (CUDA): nothing is copied, and the GPU
// itself keeps the two sides apart (turns.h). The render thread enqueues both sides, so there is one order.
//
// A state that newest() has handed out must still stand when its frame reads it. Steps that are requested
// meanwhile are therefore enqueued as soon as that frame is submitted. The first step's forward pass, which
// only reads the arenas, runs beside the drawing; its update waits for R. CUDA itself is behind
// TrainingStream.
//
// A question must not make the render thread wait for steps that are enqueued already. While a question is
// open, a training that runs freely is given no further steps, until the GPU has done the others: one or two
// frames. Then the render thread waits for the copy itself, some 0.1 s a gigabyte, and for the frame that is
// being drawn. It also waits for an evaluation, and for a reset, which makes new weights on the host.

#include <deque>
#include <exception>
#include <memory>

#include "viewer/sources/burst_controller.h"
#include "viewer/sources/source.h"
#include "viewer/sources/training_stream.h"
#include "viewer/sources/turns.h"

namespace cajal {

class SharedMemory final : public Source, private Steering, private FrameSync {
 public:
  using TrainerMaker = std::function<std::unique_ptr<Trainer>(const ArenaSource&)>;

  // `queueFamily`: of the queue that draws.
  SharedMemory(std::unique_ptr<TrainingStream> stream, const TrainerMaker& makeTrainer,
               std::uint32_t queueFamily);
  // Waits for the training, but not for ever. What is drawn must be done: Frames::waitForAll().
  ~SharedMemory() override;

  const Subject& subject() const override { return m_subject; }
  void request(const FrameRequest& request) override;
  const Publication* newest(Wait wait) override;
  FrameSync& sync() override { return *this; }
  // Also enqueues steps while no frames are drawn.
  std::vector<Metrics> takeMetrics(Wait wait) override;
  SourceCounters counters() const override { return m_counters; }
  Steering* steering() override { return this; }

 private:
  // --- Steering ---
  Ticket submit(const Command& command) override { return leave(command); }
  void run(std::uint64_t steps) override;
  void pause() override { m_remaining = 0; }
  Ticket ask(const Question& question) override { return leave(question); }
  std::vector<Answer> takeAnswers(Wait wait) override;
  // Steps done by the GPU, as far as the last call has seen; not those that are only enqueued.
  Progress progress() const override;

  // --- FrameSync ---
  std::vector<SemaphoreAt> waits() const override;
  std::vector<SemaphoreAt> signals() const override;
  void submitted(std::uint64_t frameNumber) override;
  void acquire(VkCommandBuffer commands) const override;
  void release(VkCommandBuffer commands) const override;

  // Steps that were enqueued together.
  struct Burst {
    double timedSteps = 0;
    std::uint64_t stepsAfter = 0;  // Trainer::stepsDone() behind it
  };

  // --- enqueuing, in the order in which it happens ---
  void answerRequest();
  void goOnUnseen();
  Ticket leave(std::variant<Command, Question> what);
  bool answerAsked();
  bool applyScheduled();
  void carryOut(const Asked& asked);
  bool isCommandDue() const { return m_scheduled.stepsUntilNext(m_trainer->stepsDone()) == 0; }
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
  Subject m_subject;
  LaunchCosts m_launchCosts;
  std::uint64_t m_stepsBehindAWait = 1;

  Turns m_turns;
  BurstController m_controller;
  std::deque<Burst> m_bursts;  // enqueued, not known to be done
  std::uint64_t m_stepsDone = 0;
  std::uint64_t m_stepsSinceWait = 0;  // enqueued since the last wait for R, while that was not seen to end
  bool m_isWaitOpen = false;
  double m_timedLess = 0;  // steps of the burst at hand that ran before its beginning was marked

  std::uint64_t m_remaining = 0;  // steps that run() asked for
  std::deque<Asked> m_asked;      // not answered yet, in order
  ScheduledCommands m_scheduled;
  bool m_wasPaused = false;  // by a command, since steps were asked for last
  Ticket m_lastTicket = 0;
  std::vector<Answer> m_answers;
  FrameRequest m_request;             // the newest
  std::uint64_t m_requestNumber = 0;  // of it, counted from 1
  bool m_wasRequested = false;        // ever
  bool m_isDeferred = false;          // it waits for the frame at hand to be submitted
  bool m_isTaken = false;             // newest() has handed out what the frame at hand will read
  double m_lastRequestTime = 0;       // seconds
  double m_lastLookTime = 0;          // of takeMetrics()
  int m_looksSinceRequest = 0;
  SourceCounters m_counters;
  std::exception_ptr m_failure;  // what ended the training; CUDA's errors do not go away
};

}  // namespace cajal
