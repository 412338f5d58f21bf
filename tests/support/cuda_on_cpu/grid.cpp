#include "tests/support/cuda_on_cpu/grid.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/support/cuda_on_cpu/block.h"
#include "tests/support/cuda_on_cpu/order.h"
#include "tests/support/cuda_on_cpu/static_shared.h"

// What kernels read: of the thread that runs.
uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace cuda_on_cpu {
namespace {

unsigned count(const dim3& shape) {
  return shape.x * shape.y * shape.z;
}

uint3 placeIn(const dim3& shape, unsigned rank) {
  return {rank % shape.x, rank / shape.x % shape.y, rank / shape.x / shape.y};
}

// Thrown through the kernel that fails.
struct Breach {
  std::string what;
};

class Grid {
 public:
  Grid(const GridShape& shape, const std::function<void()>& body);
  std::string run();

  // A thread after the other, on the fiber that runs, until none is left to begin.
  void work();
  void sleep();

  const GridShape& shape() const { return m_shape; }
  Thread& thread() { return *m_thread; }

 private:
  void layOut();
  void beginWave(unsigned wave);
  void runWave();
  bool runBlock(Block& block);
  void makeCurrent(Block& block);
  Fiber& idleFiber();
  void resume(Fiber& fiber);
  void makeRunning(Thread& thread);
  std::string describeSelf() const;
  std::string describeWaiting() const;

  const GridShape& m_shape;
  const std::function<void()>& m_body;
  Order m_threadOrder;
  std::vector<Block> m_blocks;  // that live at the same time: a wave
  std::vector<Barrier> m_clusters;

  std::size_t m_begunFibers = 0;
  std::vector<Fiber*> m_idle;
  Block* m_block = nullptr;
  Thread* m_thread = nullptr;
  Fiber* m_fiber = nullptr;
  std::string m_failure;
};

Grid* running = nullptr;

void fiberBody() {
  for (;;) running->work();
}

Grid::Grid(const GridShape& shape, const std::function<void()>& body)
    : m_shape(shape),
      m_body(body),
      m_threadOrder(count(shape.threads)),
      m_blocks(shape.cluster),
      m_clusters(m_blocks.size() / shape.cluster) {
  layOut();
  blockDim = shape.threads;
  gridDim = shape.blocks;
}

// What stays the same from wave to wave.
void Grid::layOut() {
  const unsigned threads = count(m_shape.threads);
  for (Barrier& barrier : m_clusters) barrier.expected = m_shape.cluster * threads;
  for (std::size_t i = 0; i < m_blocks.size(); ++i) {
    Block& block = m_blocks[i];
    block.rank = static_cast<unsigned>(i % m_shape.cluster);
    block.cluster = &m_clusters[i / m_shape.cluster];
    block.firstOfCluster = &m_blocks[i - block.rank];
    block.barrier.expected = threads;
    block.threads.resize(threads);
    block.warps.resize((threads + kWarp - 1) / kWarp);
    block.dynamicShared.resize(m_shape.sharedBytes);
    if (m_blocks.size() > 1) block.staticShared.resize(staticSharedBytes());
    for (unsigned rank = 0; rank < threads; ++rank) {
      block.threads[rank].block = &block;
      block.threads[rank].rank = rank;
      block.threads[rank].index = placeIn(m_shape.threads, rank);
    }
  }
}

std::string Grid::run() {
  const unsigned waves = count(m_shape.blocks) / static_cast<unsigned>(m_blocks.size());
  const Order order(waves);
  for (unsigned i = 0; i < waves && m_failure.empty(); ++i) {
    beginWave(order[i]);
    runWave();
  }
  return m_failure;
}

void Grid::beginWave(unsigned wave) {
  m_block = nullptr;
  for (std::size_t i = 0; i < m_blocks.size(); ++i) {
    Block& block = m_blocks[i];
    block.index =
        placeIn(m_shape.blocks, wave * static_cast<unsigned>(m_blocks.size()) + static_cast<unsigned>(i));
    block.begun = block.left = 0;
    std::fill(block.dynamicShared.begin(), block.dynamicShared.end(), 0xFF);
    std::fill(block.staticShared.begin(), block.staticShared.end(), 0xFF);
    for (Thread& thread : block.threads) thread.hasLeft = false;
  }
  if (m_blocks.size() == 1) poisonStaticShared();
}

void Grid::runWave() {
  const Order order(static_cast<unsigned>(m_blocks.size()));
  bool someRan = true;
  while (someRan && m_failure.empty()) {
    someRan = false;
    for (std::size_t i = 0; i < m_blocks.size() && m_failure.empty(); ++i) {
      if (runBlock(m_blocks[order[i]])) someRan = true;
    }
  }
  const auto isDone = [](const Block& block) { return block.left == block.threads.size(); };
  if (m_failure.empty() && !std::all_of(m_blocks.begin(), m_blocks.end(), isDone))
    m_failure = describeWaiting();
}

// Begins its threads, and lets each that is ready go on once. False where there was none.
bool Grid::runBlock(Block& block) {
  if (block.begun == block.threads.size() && block.ready.empty()) return false;
  makeCurrent(block);
  while (block.begun < block.threads.size() && m_failure.empty()) resume(idleFiber());
  for (Thread* const thread : std::exchange(block.ready, {})) {
    makeRunning(*thread);
    resume(*thread->fiber);
    if (!m_failure.empty()) break;
  }
  return true;
}

// Of several blocks, each finds its own static shared memory; of one that has left, nothing remains.
void Grid::makeCurrent(Block& block) {
  if (m_blocks.size() > 1 && m_block != &block) {
    if (m_block && m_block->left < m_block->threads.size()) {
      saveStaticShared(m_block->staticShared.data());
    } else if (m_block) {
      std::fill(m_block->staticShared.begin(), m_block->staticShared.end(), 0xFF);
      std::fill(m_block->dynamicShared.begin(), m_block->dynamicShared.end(), 0xFF);
    }
    restoreStaticShared(block.staticShared.data());
  }
  m_block = &block;
  blockIdx = block.index;
}

Fiber& Grid::idleFiber() {
  static std::vector<std::unique_ptr<Fiber>> pool;
  if (m_idle.empty()) {
    if (m_begunFibers == pool.size()) pool.push_back(std::make_unique<Fiber>());
    m_idle.push_back(pool[m_begunFibers++].get());
    m_idle.back()->begin(fiberBody);
  }
  Fiber& fiber = *m_idle.back();
  m_idle.pop_back();
  return fiber;
}

void Grid::resume(Fiber& fiber) {
  m_fiber = &fiber;
  fiber.resume();
}

void Grid::makeRunning(Thread& thread) {
  m_thread = &thread;
  threadIdx = thread.index;
}

void Grid::work() {
  while (m_block->begun < m_block->threads.size()) {
    Thread& thread = m_block->threads[m_threadOrder[m_block->begun++]];
    thread.fiber = m_fiber;
    makeRunning(thread);
    try {
      m_body();
    } catch (const Breach& breach) {
      m_failure = describeSelf() + breach.what;
    }
    if (!m_failure.empty()) break;
    m_thread->hasLeft = true;
    ++m_block->left;
  }
  m_idle.push_back(m_fiber);
  Fiber::giveBack();
}

std::string Grid::describeSelf() const {
  const uint3 b = m_thread->block->index, t = m_thread->index;
  const auto text = [](const uint3& v) {
    return "(" + std::to_string(v.x) + ", " + std::to_string(v.y) + ", " + std::to_string(v.z) + ")";
  };
  return "block " + text(b) + ", thread " + text(t) + ": ";
}

// Nobody can go on: the first that waits, and how many of its block do something else.
std::string Grid::describeWaiting() const {
  for (const Block& block : m_blocks) {
    for (const Thread& thread : block.threads) {
      if (thread.hasLeft) continue;
      const auto waitsThere = [&](const Thread& other) {
        return !other.hasLeft && other.waitsFor == thread.waitsFor &&
               other.where.line() == thread.where.line();
      };
      const auto there = std::count_if(block.threads.begin(), block.threads.end(), waitsThere);
      return "block " + std::to_string(block.index.x) + ": " + std::to_string(there) + " threads wait for " +
             thread.waitsFor + " (" + thread.where.file_name() + ":" + std::to_string(thread.where.line()) +
             "), " + std::to_string(block.left) + " of " + std::to_string(block.threads.size()) +
             " have left the kernel, nobody can go on";
    }
  }
  return "nobody can go on";
}

}  // namespace

std::string runGrid(const GridShape& shape, const std::function<void()>& thread) {
  Grid grid(shape, thread);
  running = &grid;
  std::string failure = grid.run();
  running = nullptr;
  return failure;
}

Thread& self() {
  return running->thread();
}

void sleep(const char* waitsFor, std::source_location where) {
  self().waitsFor = waitsFor;
  self().where = where;
  Fiber::giveBack();
}

void wake(std::vector<Thread*>& threads) {
  for (Thread* const thread : threads) thread->block->ready.push_back(thread);
  threads.clear();
}

void fail(const std::string& what) {
  throw Breach{what};
}

const GridShape& runningShape() {
  return running->shape();
}

}  // namespace cuda_on_cpu
