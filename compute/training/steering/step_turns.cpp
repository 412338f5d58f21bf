#include "compute/training/steering/step_turns.h"

#include <algorithm>
#include <utility>

namespace cajal {
namespace {

// Much longer than waking a thread takes (0.05 ms), much shorter than a frame (16 ms).
constexpr std::chrono::microseconds kSlice{2000};

}  // namespace

void StepTurns::Seat::take() {
  if (!m_turns) return;
  if (m_isTaken && std::chrono::steady_clock::now() < m_end) return;
  m_turns->take(*this);
  m_end = std::chrono::steady_clock::now() + kSlice;
}

void StepTurns::Seat::leave() {
  if (m_isTaken) m_turns->leave(*this);
}

void StepTurns::setPlaces(int places) {
  const std::lock_guard lock(m_mutex);
  m_places = std::max(1, places);
  m_changed.notify_all();
}

void StepTurns::take(Seat& seat) {
  std::unique_lock lock(m_mutex);
  if (seat.m_isTaken && m_queue.empty() && m_taken <= m_places) return;
  if (std::exchange(seat.m_isTaken, false)) --m_taken;
  m_queue.push_back(&seat);
  m_changed.notify_all();
  m_changed.wait(lock, [&] { return m_queue.front() == &seat && m_taken < m_places; });
  m_queue.pop_front();
  ++m_taken;
  seat.m_isTaken = true;
  m_changed.notify_all();  // there may be a place for the next one, too
}

void StepTurns::leave(Seat& seat) {
  const std::lock_guard lock(m_mutex);
  seat.m_isTaken = false;
  --m_taken;
  m_changed.notify_all();
}

}  // namespace cajal
