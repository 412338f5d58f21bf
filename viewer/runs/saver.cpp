#include "viewer/runs/saver.h"

#include <exception>
#include <utility>

namespace cajal {

Saver::Saver() : m_thread([this] { runUntilStopped(); }) {}

Saver::~Saver() {
  {
    const std::lock_guard lock(m_mutex);
    m_isStopping = true;
  }
  m_toThread.notify_one();
  m_thread.join();
}

void Saver::save(Work work, Outcome outcome) {
  {
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back({std::move(work), std::move(outcome), {}});
  }
  m_toThread.notify_one();
}

void Saver::deliver() {
  std::vector<Job> done;
  {
    const std::lock_guard lock(m_mutex);
    done.swap(m_done);
  }
  for (const Job& job : done)
    if (job.outcome) job.outcome(job.problem);
}

void Saver::finish() {
  {
    std::unique_lock lock(m_mutex);
    m_fromThread.wait(lock, [this] { return m_waiting.empty() && !m_isWriting; });
  }
  deliver();
}

void Saver::runUntilStopped() {
  std::unique_lock lock(m_mutex);
  for (;;) {
    m_toThread.wait(lock, [this] { return m_isStopping || !m_waiting.empty(); });
    if (m_waiting.empty()) return;
    Job job = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_isWriting = true;
    lock.unlock();
    try {
      job.work();
    } catch (const std::exception& error) {
      job.problem = error.what();
    }
    job.work = nullptr;  // what it holds may be large
    lock.lock();
    m_isWriting = false;
    if (job.outcome) m_done.push_back(std::move(job));
    m_fromThread.notify_all();
  }
}

}  // namespace cajal
