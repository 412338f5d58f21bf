#include "engine/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cajal {
namespace {

TEST(ParallelFor, CallsEachIndexOnceOnAnyNumberOfThreads) {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    for (const std::size_t count : {0u, 1u, 3u, 1000u}) {
      std::vector<std::atomic<int>> calls(count);
      parallelFor(
          count, [&](std::size_t i) { ++calls[i]; }, threads);
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(calls[i], 1) << i << " of " << count;
    }
  }
}

TEST(ParallelFor, RunsCallsAtOnce) {
  std::atomic<int> waiting = 0;
  const auto meet = [&](std::size_t) {
    ++waiting;
    while (waiting < 2) std::this_thread::yield();
  };
  parallelFor(2, meet, 2);  // one thread alone would wait for ever
}

TEST(ParallelFor, ThrowsTheFailureOfTheLowestIndexAndHandsOutNoMore) {
  for (const unsigned threads : {1u, 4u}) {
    std::atomic<std::size_t> calls = 0;
    const auto work = [&](std::size_t i) {
      ++calls;
      if (i >= 10) throw std::runtime_error(std::to_string(i));
    };
    try {
      parallelFor(1000, work, threads);
      FAIL() << "no error";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "10");
    }
    EXPECT_LE(calls, 10 + threads);
  }
}

}  // namespace
}  // namespace cajal
