#include "compute/training/steering/training_thread.h"

#include <iterator>

namespace cajal {
namespace {

// Points of the curves that nobody has taken yet; the oldest go first.
constexpr std::size_t kMostMetrics = 100'000;

}  // namespace

TrainingThread::TrainingThread(std::unique_ptr<Trainer> trainer, Publisher publisher, StepTurns* turns)
    : m_trainer(std::move(trainer)),
      m_publisher(std::move(publisher)),
      m_seat(turns),
      m_resets(m_trainer->resets()),
      m_stepsDone(m_trainer->stepsDone()),
      m_thread([this] { runUntilStopped(); }) {}

TrainingThread::~TrainingThread() {
  {
    const std::lock_guard lock(m_mutex);
    m_inbox.stopping = true;
    callThread();
  }
  m_thread.join();
}

// ---- any thread ----

// Locked.
void TrainingThread::callThread() {
  m_attention = true;
  m_toThread.notify_one();
}

Ticket TrainingThread::leave(std::variant<Command, Question> what) {
  const std::lock_guard lock(m_mutex);
  m_inbox.asked.push_back({++m_lastTicket, std::move(what)});
  callThread();
  return m_lastTicket;
}

void TrainingThread::run(std::uint64_t steps) {
  const std::lock_guard lock(m_mutex);
  std::uint64_t& remaining = m_inbox.remaining;
  remaining = steps > kForever - remaining ? kForever : remaining + steps;
  if (steps > 0) m_isRunning = true;  // from now on, and not from when the thread has seen it
  callThread();
}

void TrainingThread::pause() {
  const std::lock_guard lock(m_mutex);
  m_inbox.remaining = 0;
  callThread();
}

void TrainingThread::requestPublication(const ViewRequest& view, bool whenIdle, std::uint64_t request) {
  const std::lock_guard lock(m_mutex);
  m_inbox.publication = {view, whenIdle, request};
  m_publicationBlocked = false;
  callThread();
}

void TrainingThread::retryPublication() {
  const std::lock_guard lock(m_mutex);
  if (!m_publicationBlocked) return;
  m_publicationBlocked = false;
  callThread();
}

void TrainingThread::setThreads(int threads) {
  const std::lock_guard lock(m_mutex);
  m_inbox.threads = threads;
  callThread();
}

std::vector<Metrics> TrainingThread::takeMetrics(Wait wait) {
  std::unique_lock lock(m_mutex);
  if (wait == Wait::yes) m_fromThread.wait(lock, [this] { return m_failure || !m_isPublishing; });
  rethrowLocked();
  return std::exchange(m_metrics, {});
}

std::vector<Answer> TrainingThread::takeAnswers(Wait wait) {
  std::unique_lock lock(m_mutex);
  const auto isAnswered = [this] { return m_failure || m_lastAnswered == m_lastTicket; };
  if (wait == Wait::yes) m_fromThread.wait(lock, isAnswered);
  if (m_answers.empty()) rethrowLocked();
  return std::exchange(m_answers, {});
}

Progress TrainingThread::progress() const {
  const std::lock_guard lock(m_mutex);
  return {m_stepsDone, m_resets, m_isRunning, m_haltedReason};
}

void TrainingThread::rethrowFailure() const {
  const std::lock_guard lock(m_mutex);
  rethrowLocked();
}

void TrainingThread::rethrowLocked() const {
  if (m_failure) std::rethrow_exception(m_failure);
}

// ---- the training thread ----

void TrainingThread::runUntilStopped() {
  try {
    loop();
  } catch (...) {
    const std::lock_guard lock(m_mutex);
    m_failure = std::current_exception();
  }
  m_seat.leave();
  m_isRunning = false;
  m_fromThread.notify_all();
}

void TrainingThread::loop() {
  bool forever = false;  // the inbox said so when it was last looked into
  for (;;) {
    if (m_isRunning) {
      m_trainer->data().training.waitUntilReady();  // before it takes a place from the others
      m_seat.take();  // before the inbox: what comes meanwhile is served before the step
    }
    if (!forever || m_attention.load(std::memory_order_acquire)) {
      std::unique_lock lock(m_mutex);
      if (!hasWork()) {
        m_isRunning = false;
        m_seat.leave();
        m_toThread.wait(lock, [this] { return hasWork(); });
      }
      if (m_inbox.stopping) return;
      answerInbox(lock);
      // A command that came while the lock was open is applied before the steps that were asked for after it.
      if (!m_inbox.asked.empty()) continue;
      forever = m_inbox.remaining == kForever;
      m_isRunning = m_inbox.remaining > 0;
      if (m_inbox.remaining == 0) continue;
      if (!forever) --m_inbox.remaining;
    }
    m_seat.take();
    stepOnce();
    if (isCommandDue()) m_attention = true;
    if (!m_trainer->haltedReason().empty()) {
      stopWhereHalted();
      forever = false;
    }
  }
}

// Locked.
bool TrainingThread::hasWork() const {
  return m_attention || m_inbox.remaining > 0 || (m_inbox.publication && !m_publicationBlocked);
}

// Locked; opens the lock for whatever takes longer than a few moves.
void TrainingThread::answerInbox(std::unique_lock<std::mutex>& lock) {
  m_attention = false;
  if (m_inbox.threads > 0) {
    const int threads = std::exchange(m_inbox.threads, 0);
    lock.unlock();
    m_trainer->backend().setThreads(threads);
    lock.lock();
  }
  if (!m_inbox.asked.empty() || isCommandDue()) answerAsked(lock);
  const bool isDue = m_inbox.publication && !m_publicationBlocked &&
                     !(m_inbox.publication->whenIdle && m_inbox.remaining > 0);
  if (isDue) publish(lock);
}

void TrainingThread::answerAsked(std::unique_lock<std::mutex>& lock) {
  std::vector<Asked> asked = std::exchange(m_inbox.asked, {});
  const Ticket last = asked.empty() ? m_lastAnswered : asked.back().ticket;
  lock.unlock();
  std::vector<Answer> answers;
  bool isPaused = false;
  const auto carryOut = [&](const Asked& one) {
    const Command* const command = std::get_if<Command>(&one.what);
    if (command && command->name == kPause) {
      isPaused = true;
    } else {
      answers.push_back(answered(*m_trainer, one));
    }
  };
  for (Asked& one : asked) isScheduled(one) ? m_scheduled.add(std::move(one)) : carryOut(one);
  while (isCommandDue()) carryOut(m_scheduled.takeNext());
  lock.lock();
  if (isPaused) m_inbox.remaining = 0;
  m_answers.insert(m_answers.end(), std::make_move_iterator(answers.begin()),
                   std::make_move_iterator(answers.end()));
  m_lastAnswered = last;
  m_stepsDone = m_trainer->stepsDone();
  m_resets = m_trainer->resets();
  m_haltedReason = m_trainer->haltedReason();
  m_fromThread.notify_all();
}

void TrainingThread::publish(std::unique_lock<std::mutex>& lock) {
  const PublicationRequest request = *std::exchange(m_inbox.publication, std::nullopt);
  m_isPublishing = true;
  lock.unlock();
  const bool isPublished = m_publisher(takeSnapshot(*m_trainer, request.view), request.number);
  keepMetrics();  // the copy has waited for the backend: the statistics of its steps are there
  lock.lock();
  m_isPublishing = false;
  m_fromThread.notify_all();
  // A newer request that came meanwhile takes the place of this one.
  if (isPublished || m_inbox.publication) return;
  m_inbox.publication = request;
  m_publicationBlocked = true;
}

void TrainingThread::stopWhereHalted() {
  const std::lock_guard lock(m_mutex);
  m_haltedReason = m_trainer->haltedReason();
  m_inbox.remaining = 0;
  m_attention = true;
}

// Points are handed out before the step is counted: who sees the last step done finds its point, too.
void TrainingThread::stepOnce() {
  m_trainer->step();
  keepMetrics();
  m_stepsDone.store(m_trainer->stepsDone(), std::memory_order_release);
}

void TrainingThread::keepMetrics() {
  const std::vector<Metrics> fresh = m_trainer->takeMetrics();
  if (fresh.empty()) return;
  const std::lock_guard lock(m_mutex);
  m_metrics.insert(m_metrics.end(), fresh.begin(), fresh.end());
  if (m_metrics.size() > kMostMetrics) m_metrics.erase(m_metrics.begin(), m_metrics.end() - kMostMetrics);
}

}  // namespace cajal
