#include "viewer/shared_cores.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "compute/training/steering.h"

namespace cajal {
namespace {

// Seconds. What is asked for is done after a step, and a thread that was parked takes some 0.05 ms to wake.
constexpr double kShortestLoan = 0.002;

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

int threadsBesideDrawing() {
  return std::max(1, cores() - 1);
}

void lendCores(Steering& steering, double seconds) {
  const bool isWorthIt = seconds > kShortestLoan;
  if (isWorthIt) steering.setThreads(cores());
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  if (isWorthIt) steering.setThreads(threadsBesideDrawing());
}

}  // namespace cajal
