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
  if (threads - 1 > static_cast<int>(m_workers.size())) hire(threads - 1);
  m_threads = threads;
  m_threads.notify_all();
}

// There is a share for every worker, parked or not: more workers need other shares, which no worker may be
// looking at.
void ThreadTeam::hire(int workers) {
  stopWorkers();
  m_stopping = false;
  m_threads = workers + 1;
  m_shares = std::make_unique<Share[]>(static_cast<std::size_t>(workers) + 1);
  // Taken here and not by the worker: it may start after the first loop has been announced.
  const std::uint32_t seen = m_loop.load();
  for (int worker = 1; worker <= workers; ++worker) {
    const auto own = static_cast<std::size_t>(worker);
    m_workers.emplace_back([this, own, seen] { workUntilStopped(own, seen); });
  }
}

void ThreadTeam::stopWorkers() {
  m_stopping = true;
  m_threads = static_cast<int>(m_workers.size()) + 1;  // nobody is parked
  m_threads.notify_all();
  m_loop.fetch_add(1);
  m_loop.notify_all();
  for (std::thread& worker : m_workers) worker.join();
  m_workers.clear();
}

void ThreadTeam::run(std::size_t tiles, TileFunction function, void* context) {
  m_function = function;
  m_context = context;
  m_doneTiles.store(0, std::memory_order_relaxed);
  const auto threads = static_cast<std::size_t>(this->threads());
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const std::uint64_t begin = tiles * thread / threads, end = tiles * (thread + 1) / threads;
    m_shares[thread].left.store(begin << 32 | end, std::memory_order_release);
  }
  m_loop.fetch_add(1, std::memory_order_release);
  m_loop.notify_all();
  takeTiles(0);
  for (int spin = 0; m_doneTiles.load(std::memory_order_acquire) != tiles; ++spin) {
    if (spin < kSpins) {
      relax();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadTeam::takeTiles(std::size_t own) {
  takeShare(m_shares[own], true);
  const auto threads = static_cast<std::size_t>(this->threads());
  for (std::size_t step = 1; step < threads; ++step) takeShare(m_shares[(own + step) % threads], false);
}

void ThreadTeam::takeShare(Share& share, bool fromTheFront) {
  std::uint64_t left = share.left.load(std::memory_order_acquire);
  for (;;) {
    const std::uint64_t begin = left >> 32, end = left & 0xFFFF'FFFFu;
    if (begin >= end) return;
    const std::uint64_t rest = fromTheFront ? (begin + 1) << 32 | end : begin << 32 | (end - 1);
    if (!share.left.compare_exchange_weak(left, rest, std::memory_order_acq_rel, std::memory_order_acquire))
      continue;
    m_function(m_context, fromTheFront ? begin : end - 1);
    m_doneTiles.fetch_add(1, std::memory_order_release);
    left = share.left.load(std::memory_order_acquire);
  }
}

void ThreadTeam::workUntilStopped(std::size_t own, std::uint32_t seen) {
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
    waitWhileParked(own);
    if (m_stopping.load(std::memory_order_acquire)) return;
    takeTiles(own);
  }
}

// A worker that comes late finds the shares empty, or takes tiles of the loop at hand: both are right.
void ThreadTeam::waitWhileParked(std::size_t own) const {
  for (int threads = m_threads.load(); static_cast<int>(own) >= threads; threads = m_threads.load())
    m_threads.wait(threads);
}

}  // namespace cajal
