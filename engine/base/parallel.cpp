#include "engine/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace cajal {

void parallelFor(std::size_t count, const std::function<void(std::size_t)>& work, unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;  // guards the two below
  std::size_t firstFailed = count;
  std::exception_ptr failure;
  const auto takeIndices = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (i < firstFailed) failure = std::current_exception();
        firstFailed = std::min(i, firstFailed);
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) others.emplace_back(takeIndices);
    takeIndices();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace cajal
