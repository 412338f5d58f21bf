#include "viewer/shared_cores.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "viewer/bridge/bridge.h"

namespace cajal {
namespace {

// Seconds. To begin and to end a thread takes some 0.1 ms, and what is asked for is done after a step.
constexpr double kShortestLoan = 0.003;

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

int threadsBesideDrawing() {
  return std::max(1, cores() - 1);
}

void lendCores(Bridge& bridge, double seconds) {
  const bool isWorthIt = seconds > kShortestLoan;
  if (isWorthIt) bridge.setThreads(cores());
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  if (isWorthIt) bridge.setThreads(threadsBesideDrawing());
}

}  // namespace cajal
