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
  const std::uint32_t seen = m_loop.load();
  for (int worker = 1; worker < threads; ++worker) {
    m_workers.emplace_back([this, seen] { workUntilStopped(seen); });
  }
}

void ThreadTeam::stopWorkers() {
  m_stopping = true;
  m_loop.fetch_add(1);
  m_loop.notify_all();
  for (std::thread& worker : m_workers) worker.join();
  m_workers.clear();
}

void ThreadTeam::run(std::size_t tiles, TileFunction function, void* context) {
  m_function = function;
  m_context = context;
  m_doneTiles.store(0, std::memory_order_relaxed);
  const std::uint32_t loop = m_loop.load(std::memory_order_relaxed) + 1;
  m_ticket.store(std::uint64_t{loop} << 32 | tiles, std::memory_order_release);
  m_loop.store(loop, std::memory_order_release);
  m_loop.notify_all();
  takeTiles(loop);
  for (int spin = 0; m_doneTiles.load(std::memory_order_acquire) != tiles; ++spin) {
    if (spin < kSpins) {
      relax();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadTeam::takeTiles(std::uint32_t loop) {
  std::uint64_t ticket = m_ticket.load(std::memory_order_acquire);
  for (;;) {
    const auto left = static_cast<std::uint32_t>(ticket);
    if (ticket >> 32 != loop || left == 0) return;
    if (!m_ticket.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                        std::memory_order_acquire))
      continue;
    m_function(m_context, left - 1);
    m_doneTiles.fetch_add(1, std::memory_order_release);
    ticket = m_ticket.load(std::memory_order_acquire);
  }
}

void ThreadTeam::workUntilStopped(std::uint32_t seen) {
  for (;;) {
    int spin = 0;
    while (m_loop.load(std::memory_order_acquire) == seen) {
      if (++spin < kSpins) {
        relax();
      } else {
        m_loop.wait(seen, std::memory_order_acquire);
      }
    }
    seen = m_loop.load(std::memory_order_acquire);
    if (m_stopping.load(std::memory_order_acquire)) return;
    takeTiles(seen);
  }
}

}  // namespace cajal
