#include "viewer/sources/shared_cores.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "compute/training/steering/steering.h"

namespace cajal {
namespace {

// Seconds. What is asked for is done after a step, and a thread that was parked takes some 0.05 ms to wake.
constexpr double kShortestLoan = 0.002;

int allCores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

int threadsBesideDrawing() {
  return std::max(1, allCores() - 1);
}

SharedCores::SharedCores(std::size_t trainings, int threads) : m_count(trainings), m_threads(threads) {
  if (m_count > 1) m_turns.emplace(1);
}

// Where nothing is drawn on them, the trainings share all cores from the start.
void SharedCores::add(Steering& steering) {
  m_trainings.push_back(&steering);
  if (m_count > 1 && m_trainings.size() == m_count) give(allCores());
}

void SharedCores::shareWithDrawing() {
  m_isDrawing = true;
  give(threadsBesideDrawing());
}

// Each has its share of them; where there are fewer cores than trainings, they take turns.
void SharedCores::give(int cores) {
  const int threads = m_threads > 0 ? m_threads : std::max(1, cores / static_cast<int>(m_count));
  if (m_turns) m_turns->setPlaces(cores / threads);
  if (m_threads > 0) return;
  for (Steering* const each : m_trainings) each->setThreads(threads);
}

void SharedCores::sleep(double seconds) {
  const bool isWorthIt = m_isDrawing && seconds > kShortestLoan;
  if (isWorthIt) give(allCores());
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  if (isWorthIt) give(threadsBesideDrawing());
}

}  // namespace cajal
