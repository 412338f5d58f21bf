#pragma once
// Who has which core where trainings share them with each other, and, on a software device, with drawing.
// Render thread only.

#include <cstddef>
#include <optional>
#include <vector>

#include "compute/training/steering/step_turns.h"

namespace cajal {

class Steering;

// Threads of training while a picture is drawn, which takes one core.
int threadsBesideDrawing();

class SharedCores {
 public:
  // So many networks are trained. `threads`: of each, where the user has said so; 0: chosen here.
  SharedCores(std::size_t trainings, int threads);

  // Of the trainings' threads; null where there is one alone.
  StepTurns* turns() { return m_turns ? &*m_turns : nullptr; }
  // What trains on the processor.
  void add(Steering& steering);
  // From now on drawing takes a core, and lends it while it waits.
  void shareWithDrawing();
  // Sleeps until the next picture is due. Training has all cores meanwhile; its steps are the same bit for
  // bit.
  void sleep(double seconds);

 private:
  void give(int cores);

  std::size_t m_count;
  int m_threads;
  bool m_isDrawing = false;
  std::optional<StepTurns> m_turns;
  std::vector<Steering*> m_trainings;
};

}  // namespace cajal
