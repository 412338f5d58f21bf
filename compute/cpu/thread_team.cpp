#include "compute/cpu/thread_team.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cajal {
namespace {

// About 30 µs: longer than any pause inside a step, shorter than anybody would notice on an idle machine.
constexpr int kSpins = 2000;

void relax() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

}  // namespace

ThreadTeam::ThreadTeam(int threads) {
  resize(threads);
}

ThreadTeam::~ThreadTeam() {
  stopWorkers();
}

void ThreadTeam::resize(int threads) {
  if (threads == this->threads()) return;
  stopWorkers();
  m_stopping = false;
  // Taken here and not by the worker: it may start after the first loop has been announced.
  const unsigned seen = m_generation.load();
  for (int worker = 1; worker < threads; ++worker) {
    m_workers.emplace_back([this, seen] { workUntilStopped(seen); });
  }
}

void ThreadTeam::stopWorkers() {
  m_stopping = true;
  m_generation.fetch_add(1);
  m_generation.notify_all();
  for (std::thread& worker : m_workers) worker.join();
  m_workers.clear();
}

void ThreadTeam::run(std::size_t tiles, TileFunction function, void* context) {
  m_function = function;
  m_context = context;
  m_tiles = tiles;
  m_nextTile.store(0, std::memory_order_relaxed);
  m_finishedWorkers.store(0, std::memory_order_relaxed);
  m_generation.fetch_add(1, std::memory_order_release);
  m_generation.notify_all();
  takeTiles();
  // Every worker reports, also those that found no tile left: only then may the next loop's fields be
  // written.
  const int workers = static_cast<int>(m_workers.size());
  for (int spin = 0; m_finishedWorkers.load(std::memory_order_acquire) != workers; ++spin) {
    if (spin < kSpins) {
      relax();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadTeam::takeTiles() {
  for (;;) {
    const std::size_t tile = m_nextTile.fetch_add(1, std::memory_order_relaxed);
    if (tile >= m_tiles) return;
    m_function(m_context, tile);
  }
}

void ThreadTeam::workUntilStopped(unsigned seen) {
  for (;;) {
    int spin = 0;
    while (m_generation.load(std::memory_order_acquire) == seen) {
      if (++spin < kSpins) {
        relax();
      } else {
        m_generation.wait(seen, std::memory_order_acquire);
      }
    }
    seen = m_generation.load(std::memory_order_acquire);
    if (m_stopping.load(std::memory_order_acquire)) return;
    takeTiles();
    m_finishedWorkers.fetch_add(1, std::memory_order_release);
  }
}

}  // namespace cajal
