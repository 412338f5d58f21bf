#include "compute/training/training_thread.h"

#include "engine/base/clock.h"

namespace cajal {
namespace {

// Points of the curves that nobody has taken yet; the oldest go first.
constexpr std::size_t kMostMetrics = 100'000;

}  // namespace

TrainingThread::TrainingThread(std::unique_ptr<Trainer> trainer, Publisher publisher)
    : m_trainer(std::move(trainer)),
      m_publisher(std::move(publisher)),
      m_stepsDone(m_trainer->stepsDone()),
      m_thread([this] { runUntilStopped(); }) {}

TrainingThread::~TrainingThread() {
  {
    const std::lock_guard lock(m_mutex);
    m_inbox.stopping = true;
    m_attention = true;
  }
  m_toThread.notify_one();
  m_thread.join();
}

// ---- asking ----

void TrainingThread::post(const Command& command) {
  const std::lock_guard lock(m_mutex);
  m_inbox.commands.push_back(command);
  m_attention = true;
  m_toThread.notify_one();
}

void TrainingThread::advance(std::uint64_t steps) {
  const std::lock_guard lock(m_mutex);
  std::uint64_t& remaining = m_inbox.remaining;
  remaining = steps > kForever - remaining ? kForever : remaining + steps;
  if (steps > 0) m_isRunning = true;  // from now on, and not from when the thread has seen it
  m_attention = true;
  m_toThread.notify_one();
}

void TrainingThread::pause() {
  const std::lock_guard lock(m_mutex);
  m_inbox.remaining = 0;
  m_attention = true;
  m_toThread.notify_one();
}

void TrainingThread::requestPublication(const ViewRequest& view, bool whenIdle) {
  const std::lock_guard lock(m_mutex);
  m_inbox.hasPublicationRequest = true;
  m_inbox.publishWhenIdle = whenIdle;
  m_inbox.view = view;
  m_publicationBlocked = false;
  m_attention = true;
  m_toThread.notify_one();
}

void TrainingThread::retryPublication() {
  const std::lock_guard lock(m_mutex);
  if (!m_publicationBlocked) return;
  m_publicationBlocked = false;
  m_attention = true;
  m_toThread.notify_one();
}

void TrainingThread::setThreads(int threads) {
  const std::lock_guard lock(m_mutex);
  m_inbox.threads = threads;
  m_attention = true;
  m_toThread.notify_one();
}

// ---- answers ----

std::vector<Metrics> TrainingThread::takeMetrics() {
  const std::lock_guard lock(m_mutex);
  rethrowLocked();
  return std::exchange(m_metrics, {});
}

std::vector<LoggedCommand> TrainingThread::takeCommandLog() {
  const std::lock_guard lock(m_mutex);
  return std::exchange(m_log, {});
}

std::string TrainingThread::haltedReason() const {
  const std::lock_guard lock(m_mutex);
  return m_haltedReason;
}

void TrainingThread::waitUntilIdle() {
  std::unique_lock lock(m_mutex);
  m_fromThread.wait(lock,
                    [this] { return m_failure || (!m_isRunning && !m_attention && m_inbox.remaining == 0); });
  rethrowLocked();
}

void TrainingThread::runBetweenSteps(std::function<void(Trainer&)> work) {
  std::unique_lock lock(m_mutex);
  m_inbox.work = std::move(work);
  m_attention = true;
  m_toThread.notify_one();
  m_fromThread.wait(lock, [this] { return m_failure || !m_inbox.work; });
  rethrowLocked();
}

void TrainingThread::rethrowFailure() const {
  const std::lock_guard lock(m_mutex);
  rethrowLocked();
}

void TrainingThread::rethrowLocked() const {
  if (m_failure) std::rethrow_exception(m_failure);
}

// ---- the thread ----

void TrainingThread::runUntilStopped() {
  try {
    loop();
  } catch (...) {
    const std::lock_guard lock(m_mutex);
    m_failure = std::current_exception();
  }
  m_isRunning = false;
  m_fromThread.notify_all();
}

void TrainingThread::loop() {
  bool forever = false;  // the inbox said so when it was last looked into
  for (;;) {
    if (!forever || m_attention.load(std::memory_order_acquire)) {
      std::unique_lock lock(m_mutex);
      if (!hasWork()) {
        m_isRunning = false;
        m_fromThread.notify_all();
        m_toThread.wait(lock, [this] { return hasWork(); });
      }
      if (m_inbox.stopping) return;
      answerInbox(lock);
      if (!m_inbox.commands.empty()) continue;  // came while it was unlocked, and before the steps after them
      forever = m_inbox.remaining == kForever;
      m_isRunning = m_inbox.remaining > 0;
      if (m_inbox.remaining == 0) continue;
      if (!forever) --m_inbox.remaining;
    }
    stepOnce();
    if (isCommandDue()) m_attention = true;
    if (!m_trainer->haltedReason().empty()) {
      stopWhereHalted();
      forever = false;
    }
  }
}

bool TrainingThread::hasWork() const {
  return m_attention || m_inbox.remaining > 0 || (m_inbox.hasPublicationRequest && !m_publicationBlocked);
}

void TrainingThread::answerInbox(std::unique_lock<std::mutex>& lock) {
  m_attention = false;
  if (m_inbox.threads > 0) m_trainer->backend().setThreads(std::exchange(m_inbox.threads, 0));
  for (const Command& command : std::exchange(m_inbox.commands, {}))
    command.atStep > 0 ? m_scheduled.push_back(command) : apply(command);
  for (; isCommandDue(); m_scheduled.pop_front()) apply(m_scheduled.front());

  if (m_inbox.hasPublicationRequest && !m_publicationBlocked &&
      !(m_inbox.publishWhenIdle && m_inbox.remaining > 0)) {
    m_inbox.hasPublicationRequest = false;
    const ViewRequest view = m_inbox.view;
    const bool whenIdle = m_inbox.publishWhenIdle;
    lock.unlock();
    const bool published = m_publisher(takeSnapshot(*m_trainer, view));
    lock.lock();
    // Somebody may have asked anew meanwhile; his request stands then.
    if (!published && !m_inbox.hasPublicationRequest) {
      m_inbox.hasPublicationRequest = true;
      m_inbox.publishWhenIdle = whenIdle;
      m_inbox.view = view;
      m_publicationBlocked = true;
    }
  }
  if (m_inbox.work) {
    const std::function<void(Trainer&)> work = m_inbox.work;
    lock.unlock();
    work(*m_trainer);
    lock.lock();
    m_inbox.work = nullptr;
    m_fromThread.notify_all();
  }
}

// Locked.
void TrainingThread::apply(const Command& command) {
  if (command.name == kPause) {
    m_inbox.remaining = 0;
    return;
  }
  m_log.push_back(m_trainer->apply(command));
  m_stepsDone = m_trainer->stepsDone();
  m_haltedReason = m_trainer->haltedReason();
}

bool TrainingThread::isCommandDue() const {
  return !m_scheduled.empty() && m_scheduled.front().atStep <= m_trainer->stepsDone();
}

void TrainingThread::stopWhereHalted() {
  const std::lock_guard lock(m_mutex);
  m_haltedReason = m_trainer->haltedReason();
  m_inbox.remaining = 0;
  m_attention = true;
}

void TrainingThread::stepOnce() {
  const double start = secondsNow();
  m_trainer->step();
  m_stepsDone.store(m_trainer->stepsDone(), std::memory_order_relaxed);
  m_secondsInSteps.store(m_secondsInSteps.load(std::memory_order_relaxed) + (secondsNow() - start),
                         std::memory_order_relaxed);
  const std::vector<Metrics> fresh = m_trainer->takeMetrics();
  if (fresh.empty()) return;

  const std::lock_guard lock(m_mutex);
  m_metrics.insert(m_metrics.end(), fresh.begin(), fresh.end());
  if (m_metrics.size() > kMostMetrics) m_metrics.erase(m_metrics.begin(), m_metrics.end() - kMostMetrics);
}

}  // namespace cajal
