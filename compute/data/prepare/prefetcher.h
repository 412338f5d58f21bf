#pragma once
// Reading ahead in a data set that is larger than memory: the examples of the next batches are asked for
// before a step wants them, so that it need not wait for the disk. In which order they will be wanted is
// known (math/epoch_order.h). It only hints to the system, and cannot change what a step reads.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "compute/data/dataset.h"
#include "compute/math/epoch_order.h"

namespace cajal {

class Prefetcher {
 public:
  // Called with the number of an example, on the thread of the prefetcher; does not throw.
  using Ask = std::function<void(std::size_t example)>;

  // `count`: examples in the part. At most `mostAhead` of them are asked for beyond where training stands.
  Prefetcher(std::uint64_t seed, std::size_t count, std::size_t mostAhead, Ask ask);
  // Waits for the few calls of Ask that are under way, and for no other.
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  // Training is about to draw `batch` examples from place `cursor` of the endless sequence of epochs on, and
  // will probably go on like that. Returns at once. Another cursor than the next one is no mistake.
  void expect(std::uint64_t cursor, std::size_t batch);

 private:
  void run();
  bool hasWork() const { return m_next < m_end; }

  const std::size_t m_mostAhead;
  const Ask m_ask;
  EpochOrder m_order;  // the thread's own

  std::mutex m_mutex;  // guards what follows
  std::condition_variable m_changed;
  std::uint64_t m_next = 0;  // the first place that has not been asked for
  std::uint64_t m_end = 0;   // behind the last one that is to be
  bool m_isEnding = false;
  std::thread m_thread;  // last: it uses all of the above
};

// For a part in a mapped file, whose pages are asked for; null for one in memory.
std::unique_ptr<Prefetcher> makePrefetcher(const Examples& part, std::size_t features, std::uint64_t seed);

}  // namespace cajal
