#pragma once
// A small team of threads for loops of a few microseconds.
//
// Work is cut into tiles whose number does not depend on the number of threads, and no tile writes what
// another reads; whoever runs a tile, the bits are the same. Each thread begins with its own share, the same
// in every loop of that many tiles, so that it finds in its cache what it left there a step before; who is
// done takes from the ends of the others' shares. Between two loops the team spins for a moment, since in a
// training step the next one is a microsecond away; then it sleeps.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace cajal {

class ThreadTeam {
 public:
  // `threads` counts the calling one; at least 1.
  explicit ThreadTeam(int threads);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int threads() const { return static_cast<int>(m_workers.size()) + 1; }
  // Between two loops only.
  void resize(int threads);

  // Calls work(tile) once for each tile of 0 … tiles-1 and returns when all are done. When the work throws,
  // one of the exceptions is thrown here, after the last tile that runs has ended.
  template <typename Work>
  void forEachTile(std::size_t tiles, Work&& work) {
    if (tiles <= 1 || m_workers.empty()) {
      for (std::size_t tile = 0; tile < tiles; ++tile) work(tile);
      return;
    }
    struct Loop {
      std::remove_reference_t<Work>& work;
      std::atomic<bool> hasFailed{false};
      std::exception_ptr failure = nullptr;  // written by the first tile that fails
    } loop{work};
    run(
        tiles,
        [](void* context, std::size_t tile) {
          Loop& running = *static_cast<Loop*>(context);
          try {
            running.work(tile);
          } catch (...) {
            if (!running.hasFailed.exchange(true)) running.failure = std::current_exception();
          }
        },
        &loop);
    if (loop.failure) std::rethrow_exception(loop.failure);
  }

 private:
  using TileFunction = void (*)(void* context, std::size_t tile);

  // The tiles of a share that nobody has taken yet: begin << 32 | end. A thread that was away for a while,
  // and takes one of another loop than it came for, does the right thing all the same: what to do is
  // published before the shares are.
  struct alignas(64) Share {
    std::atomic<std::uint64_t> left{0};
  };

  void run(std::size_t tiles, TileFunction function, void* context);
  void workUntilStopped(std::size_t own, std::uint32_t seen);
  void takeTiles(std::size_t own);
  void takeShare(Share& share, bool fromTheFront);
  void stopWorkers();

  // One loop. Written by run() before it is announced; stable until its last tile is done.
  TileFunction m_function = nullptr;
  void* m_context = nullptr;

  std::unique_ptr<Share[]> m_shares;  // (threads); the caller's is the first
  alignas(64) std::atomic<std::size_t> m_doneTiles{0};
  alignas(64) std::atomic<std::uint32_t> m_loop{0};  // what sleeping threads wait for
  std::atomic<bool> m_stopping{false};
  std::vector<std::thread> m_workers;
};

}  // namespace cajal
