#pragma once
// A training on a thread of its own, for backends whose operations are done when the call returns (the
// CPU's).
//
// The training thread runs step after step. Other threads leave commands, questions and requests in an inbox,
// which the training thread answers at the next step boundary. A step looks at one atomic flag and takes no
// lock. The lock guards the inbox alone: commands, questions and publications are carried out without it, so
// that no other thread ever waits for them.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "compute/training/steering/snapshot.h"
#include "compute/training/steering/steering.h"
#include "compute/training/steering/step_turns.h"

namespace cajal {

class TrainingThread final : public Steering {
 public:
  // Called on the training thread between two steps; `request` is the number of the request that the snapshot
  // answers. False where there was no place for it (tried again later).
  using Publisher = std::function<bool(const Snapshot&, std::uint64_t request)>;

  // Starts paused. `turns`: of the trainings that share the cores; it outlives this. Null: there is no other.
  TrainingThread(std::unique_ptr<Trainer> trainer, Publisher publisher, StepTurns* turns = nullptr);
  // Waits for the training's turn, where it shares cores, and for the step at hand.
  ~TrainingThread() override;
  TrainingThread(const TrainingThread&) = delete;
  TrainingThread& operator=(const TrainingThread&) = delete;

  // --- any thread, returns at once ---
  Ticket submit(const Command& command) override { return leave(command); }
  void run(std::uint64_t steps = kForever) override;
  void pause() override;
  Ticket ask(const Question& question) override { return leave(question); }
  std::vector<Answer> takeAnswers(Wait wait = Wait::no) override;
  Progress progress() const override;
  void setThreads(int threads) override;
  std::uint64_t stepsDone() const { return m_stepsDone.load(std::memory_order_acquire); }
  // Wait::yes: with all points up to the newest publication, where a backend's statistics come later than its
  // steps.
  std::vector<Metrics> takeMetrics(Wait wait = Wait::no);
  // Publish at the next step boundary, or, where `whenIdle`, once no step is left to be done. Replaces a
  // request that was not answered yet.
  void requestPublication(const ViewRequest& view, bool whenIdle, std::uint64_t request);
  // A place became free: a publication that found none is tried again.
  void retryPublication();
  // Throws what ended the thread, if anything did.
  void rethrowFailure() const;

 private:
  struct PublicationRequest {
    ViewRequest view;
    bool whenIdle = false;
    std::uint64_t number = 0;
  };

  struct Inbox {
    std::vector<Asked> asked;     // in order
    std::uint64_t remaining = 0;  // steps
    std::optional<PublicationRequest> publication;
    int threads = 0;  // 0: as they are
    bool stopping = false;
  };

  Ticket leave(std::variant<Command, Question> what);
  void callThread();
  void runUntilStopped();
  void loop();
  bool hasWork() const;
  void answerInbox(std::unique_lock<std::mutex>& lock);
  void answerAsked(std::unique_lock<std::mutex>& lock);
  bool isCommandDue() const { return m_scheduled.stepsUntilNext(m_trainer->stepsDone()) == 0; }
  void publish(std::unique_lock<std::mutex>& lock);
  void stepOnce();
  void keepMetrics();
  void stopWhereHalted();
  void rethrowLocked() const;

  // Training thread only:
  std::unique_ptr<Trainer> m_trainer;
  ScheduledCommands m_scheduled;
  Publisher m_publisher;
  StepTurns::Seat m_seat;

  mutable std::mutex m_mutex;
  std::condition_variable m_toThread, m_fromThread;
  // Guarded by m_mutex:
  Inbox m_inbox;
  Ticket m_lastTicket = 0, m_lastAnswered = 0;
  bool m_isPublishing = false;
  bool m_publicationBlocked = false;  // the publisher had no place
  std::vector<Metrics> m_metrics;
  std::vector<Answer> m_answers;
  std::uint64_t m_resets = 0;
  std::string m_haltedReason;
  std::exception_ptr m_failure;  // what ended the thread, thrown again at the next question

  std::atomic<bool> m_attention{false};  // something new is in the inbox
  std::atomic<std::uint64_t> m_stepsDone{0};
  std::atomic<bool> m_isRunning{false};

  std::thread m_thread;
};

}  // namespace cajal
