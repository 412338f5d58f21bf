#pragma once
// Turns of several trainings that share the cores of one machine: at most so many of them train at once, each
// for a slice of time, in the order in which they asked. Without turns the operating system would share cores
// as well, but what draws would have to compete with all trainings at once.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace cajal {

class StepTurns {
 public:
  explicit StepTurns(int places) : m_places(places) {}
  StepTurns(const StepTurns&) = delete;
  StepTurns& operator=(const StepTurns&) = delete;

  // Any thread. Trainings that are too many stop after their slice.
  void setPlaces(int places);

  // One training's. Used by its own thread alone.
  class Seat {
   public:
    // `turns` outlives this; null: a training that shares with nobody.
    explicit Seat(StepTurns* turns) : m_turns(turns) {}
    ~Seat() { leave(); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // Before each step: waits for a place, or keeps the one that it has while its slice lasts.
    void take();
    // Before waiting for anything else: others can train.
    void leave();

   private:
    friend class StepTurns;
    StepTurns* m_turns;
    bool m_isTaken = false;
    std::chrono::steady_clock::time_point m_end;  // of its slice
  };

 private:
  void take(Seat& seat);
  void leave(Seat& seat);

  std::mutex m_mutex;
  std::condition_variable m_changed;
  int m_places;               // guarded, as what follows
  int m_taken = 0;            // places
  std::deque<Seat*> m_queue;  // who waits for a place, the longest first
};

}  // namespace cajal
