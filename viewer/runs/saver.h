#pragma once
// The saver: a thread that writes files, so that neither the render thread nor a training waits for a disk.
// Files are written one after the other, in the order in which they were given.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cajal {

class Saver {
 public:
  // Runs on the saver's thread. What it throws is the problem that the outcome tells.
  using Work = std::function<void()>;
  // Runs in deliver(). `problem`: what went wrong, in words a user can act on; empty where all was written.
  using Outcome = std::function<void(const std::string& problem)>;

  Saver();
  // Writes what is left; outcomes that were not delivered are dropped.
  ~Saver();
  Saver(const Saver&) = delete;
  Saver& operator=(const Saver&) = delete;

  // --- one thread: the one that gives work ---
  void save(Work work, Outcome outcome = {});
  // Tells the outcomes of what has been written since the last call.
  void deliver();
  // Waits until everything that was given is written, and tells the outcomes.
  void finish();

 private:
  struct Job {
    Work work;
    Outcome outcome;
    std::string problem;
  };

  void runUntilStopped();

  std::mutex m_mutex;
  std::condition_variable m_toThread, m_fromThread;
  std::deque<Job> m_waiting;  // guarded
  std::vector<Job> m_done;    // guarded
  bool m_isWriting = false;   // guarded
  bool m_isStopping = false;  // guarded
  std::thread m_thread;
};

}  // namespace cajal
