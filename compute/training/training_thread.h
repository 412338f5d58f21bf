#pragma once
// A training on a thread of its own, for backends whose operations are done when the call returns (the
// CPU's).
//
// The thread runs step after step. Others ask, it answers at the next step boundary: commands are applied, a
// publication is made. Nobody waits on it, unless he asks to; a step looks at one atomic flag and takes no
// lock.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "compute/training/snapshot.h"
#include "compute/training/trainer.h"

namespace cajal {

class TrainingThread {
 public:
  // Called on the training thread between two steps; false where there was no place for it (tried again
  // later).
  using Publisher = std::function<bool(const Snapshot&)>;

  static constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

  // Starts paused.
  TrainingThread(std::unique_ptr<Trainer> trainer, Publisher publisher);
  // Ends after the step at hand.
  ~TrainingThread();
  TrainingThread(const TrainingThread&) = delete;
  TrainingThread& operator=(const TrainingThread&) = delete;

  // --- asking: any thread, returns at once ---
  void post(const Command& command);
  // So many steps more, on top of those still to be done; kForever runs until pause().
  void advance(std::uint64_t steps);
  void pause();
  // Publish at the next step boundary, or, where `whenIdle`, once no step is left to be done.
  void requestPublication(const ViewRequest& view, bool whenIdle);
  // A place became free: a publication that found none is tried again.
  void retryPublication();
  void setThreads(int threads);

  // --- answers: any thread ---
  std::uint64_t stepsDone() const { return m_stepsDone.load(std::memory_order_relaxed); }
  bool isRunning() const { return m_isRunning.load(std::memory_order_relaxed); }
  // Why the training takes no further step; empty while it does. A command lets it try again, once it is
  // asked for steps again.
  std::string haltedReason() const;
  // Seconds spent in steps since the start.
  double secondsInSteps() const { return m_secondsInSteps.load(std::memory_order_relaxed); }
  std::vector<Metrics> takeMetrics();
  std::vector<LoggedCommand> takeCommandLog();
  // Blocks until no step is left to be done and everything asked so far has been seen to. Not after kForever.
  void waitUntilIdle();
  // Throws what ended the thread, if anything did.
  void rethrowFailure() const;
  // Runs `work` on the training thread between two steps and returns its result once done.
  template <typename Work>
  auto run(Work&& work) {
    using Result = decltype(work(std::declval<Trainer&>()));
    if constexpr (std::is_void_v<Result>) {
      runBetweenSteps([&](Trainer& trainer) { work(trainer); });
    } else {
      Result result{};
      runBetweenSteps([&](Trainer& trainer) { result = work(trainer); });
      return result;
    }
  }

 private:
  struct Inbox {
    std::vector<Command> commands;
    std::uint64_t remaining = 0;  // steps
    bool hasPublicationRequest = false;
    bool publishWhenIdle = false;
    ViewRequest view;
    int threads = 0;  // 0: as they are
    std::function<void(Trainer&)> work;
    bool stopping = false;
  };

  void runUntilStopped();
  void loop();
  // Locked: whether there is anything to do but wait.
  bool hasWork() const;
  void answerInbox(std::unique_lock<std::mutex>& lock);
  void apply(const Command& command);
  bool isCommandDue() const;
  void stepOnce();
  void stopWhereHalted();
  void runBetweenSteps(std::function<void(Trainer&)> work);
  void rethrowLocked() const;

  std::unique_ptr<Trainer> m_trainer;  // the thread's alone
  std::deque<Command> m_scheduled;     // the thread's alone: with a step of their own, in order
  Publisher m_publisher;

  mutable std::mutex m_mutex;
  std::condition_variable m_toThread, m_fromThread;
  Inbox m_inbox;                         // guarded by m_mutex
  bool m_publicationBlocked = false;     // guarded: the publisher had no place
  std::vector<Metrics> m_metrics;        // guarded
  std::vector<LoggedCommand> m_log;      // guarded
  std::string m_haltedReason;            // guarded
  std::exception_ptr m_failure;          // guarded: what ended the thread, thrown again at the next question
  std::atomic<bool> m_attention{false};  // something new in the inbox
  std::atomic<std::uint64_t> m_stepsDone{0};
  std::atomic<bool> m_isRunning{false};
  std::atomic<double> m_secondsInSteps{0};

  std::thread m_thread;
};

}  // namespace cajal
