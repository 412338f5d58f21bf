#pragma once
// A training stream for machines without a GPU: steps run on the processor when they are enqueued, and every
// signal and wait is held against the rules of turns.h at the moment it is made.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "engine/base/error.h"
#include "tests/support/small_sets.h"
#include "viewer/sources/shared_memory.h"

namespace cajal::test {

inline const DataSet& smallSet() {
  static const DataSet set = pointsSet(64, 16, 2, 2);
  return set;
}

inline TrainingConfiguration smallConfiguration() {
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork({2, 4, 2});
  configuration.batchSize = 8;
  return configuration;
}

// What both timelines have seen, in the order it was enqueued and submitted.
struct RecordedOrder {
  std::uint64_t trained = 0;    // T, signalled by training alone
  std::uint64_t submitted = 0;  // R, signalled by drawing alone
  std::uint64_t awaited = 0;    // R, waited for by training
  std::vector<std::vector<float>> arenas;
  std::vector<std::vector<float>> atSubmission;  // what the last submitted frame reads
  int finishes = 0, rescues = 0;
  bool isStuck = false;      // the GPU does not come back
  bool holdsBursts = false;  // the GPU is busy with bursts; until finish()
  bool failsAtNextWait = false;

  bool isUnchanged() const { return arenas == atSubmission; }
  bool mayChange() const { return awaited == submitted; }

  // A frame of the render thread's.
  void submit(const std::vector<SemaphoreAt>& waits, const std::vector<SemaphoreAt>& signals) {
    ASSERT_EQ(waits.size(), 1U);
    ASSERT_EQ(signals.size(), 1U);
    EXPECT_GT(waits[0].value, 0U);
    EXPECT_LE(waits[0].value, trained) << "waits for a state that nobody has enqueued";
    EXPECT_EQ(signals[0].value, submitted + 1) << "R grows by one with each frame";
    submitted = signals[0].value;
    atSubmission = arenas;
  }
};

class RecordedStream final : public TrainingStream {
 public:
  explicit RecordedStream(RecordedOrder& order) : m_order(order) { m_order.arenas.reserve(kArenaKinds); }

  SharedArena makeArena(std::size_t floats) override {
    std::vector<float>& arena = m_order.arenas.emplace_back(floats, 0.0f);
    BufferRange range;
    range.buffer = reinterpret_cast<VkBuffer>(m_order.arenas.size());
    range.bytes = floats * sizeof(float);
    return {range, ArenaMemory(arena.data(), [](float*) {})};
  }
  void signalTrained(std::uint64_t value) override {
    EXPECT_EQ(value, m_order.trained + 1) << "T grows by one with each publication";
    m_order.trained = value;
  }
  void waitForDrawn(std::uint64_t value) override {
    if (std::exchange(m_order.failsAtNextWait, false)) throw Error(ExitCode::gpu, "the GPU gave up");
    EXPECT_LE(value, m_order.submitted) << "waits for a frame that nobody has submitted";
    EXPECT_GT(value, m_order.awaited) << "waits twice";
    EXPECT_TRUE(m_order.isUnchanged()) << "wrote what frame " << m_order.submitted << " may still read";
    m_order.awaited = value;
  }
  void beginBurst() override {}
  void endBurst() override { ++m_bursts; }
  std::optional<double> pollBurst() override {
    if (m_bursts == 0 || m_order.holdsBursts) return std::nullopt;
    --m_bursts;
    return 1e-3;
  }
  bool finish(double) override {
    ++m_order.finishes;
    m_order.holdsBursts = false;
    return !m_order.isStuck;
  }
  bool isDrawn(std::uint64_t value, double) override {
    EXPECT_LE(value, m_order.submitted);
    return !m_order.isStuck;
  }
  void signalDrawnInstead(std::uint64_t) noexcept override { ++m_order.rescues; }
  SemaphoreAt trainedAt(std::uint64_t value, VkPipelineStageFlags2 stage) const override {
    return {VK_NULL_HANDLE, value, stage};
  }
  SemaphoreAt drawnAt(std::uint64_t value) const override { return {VK_NULL_HANDLE, value}; }

 private:
  RecordedOrder& m_order;
  int m_bursts = 0;  // ended, not yet polled
};

}  // namespace cajal::test
