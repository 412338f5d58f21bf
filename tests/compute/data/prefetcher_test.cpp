// Reading ahead: in the order training will draw, no further than it should, and gone when it is over.
#include "compute/data/prepare/prefetcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <vector>

#include "compute/data/readers/value_store.h"
#include "compute/math/epoch_order.h"
#include "engine/base/clock.h"

namespace cajal {
namespace {

constexpr std::uint64_t kSeed = 7;

// Notes what is asked for.
class Asked {
 public:
  Prefetcher::Ask ask() {
    return [this](std::size_t example) {
      const std::scoped_lock lock(m_mutex);
      m_examples.push_back(example);
    };
  }
  // What was asked for, once it is that many and for a moment no more; fails after ten seconds.
  std::vector<std::size_t> waitFor(std::size_t count) {
    const double start = secondsNow();
    while (examples().size() < count && secondsNow() < start + 10)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return examples();
  }
  std::vector<std::size_t> examples() {
    const std::scoped_lock lock(m_mutex);
    return m_examples;
  }

 private:
  std::mutex m_mutex;
  std::vector<std::size_t> m_examples;
};

std::vector<std::size_t> orderFrom(std::uint64_t begin, std::uint64_t end, std::size_t count) {
  EpochOrder order(kSeed, count);
  std::vector<std::size_t> examples;
  for (std::uint64_t place = begin; place < end; ++place) examples.push_back(order.exampleAt(place));
  return examples;
}

TEST(Prefetcher, AsksForThisBatchAndTheNextFourInTheOrderOfEpochs) {
  Asked asked;
  Prefetcher prefetcher(kSeed, 1000, 1000, asked.ask());
  prefetcher.expect(0, 10);
  EXPECT_EQ(asked.waitFor(50), orderFrom(0, 50, 1000));
}

TEST(Prefetcher, GoesOnWithoutAskingTwice) {
  Asked asked;
  Prefetcher prefetcher(kSeed, 1000, 1000, asked.ask());
  for (std::uint64_t step = 0; step < 20; ++step) {
    prefetcher.expect(10 * step, 10);
    asked.waitFor(50 + 10 * step);
  }
  EXPECT_EQ(asked.examples(), orderFrom(0, 240, 1000));
}

TEST(Prefetcher, CrossesIntoTheNextEpoch) {
  Asked asked;
  Prefetcher prefetcher(kSeed, 64, 64, asked.ask());
  prefetcher.expect(60, 8);
  EXPECT_EQ(asked.waitFor(40), orderFrom(60, 100, 64));
}

TEST(Prefetcher, FollowsAJumpForthAndBack) {
  Asked asked;
  Prefetcher prefetcher(kSeed, 1000, 40, asked.ask());
  prefetcher.expect(500, 8);
  EXPECT_EQ(asked.waitFor(40), orderFrom(500, 540, 1000));
  prefetcher.expect(0, 8);
  const std::vector<std::size_t> both = asked.waitFor(80);
  ASSERT_EQ(both.size(), 80u);
  EXPECT_EQ(std::vector<std::size_t>(both.begin() + 40, both.end()), orderFrom(0, 40, 1000));
}

TEST(Prefetcher, AsksForNoMoreThanItMay) {
  Asked asked;
  Prefetcher prefetcher(kSeed, 1000, 12, asked.ask());
  prefetcher.expect(0, 10);
  EXPECT_EQ(asked.waitFor(12), orderFrom(0, 12, 1000));
}

TEST(Prefetcher, EndsAtOnceInTheMidstOfWork) {
  std::atomic<std::size_t> calls = 0;
  {
    Prefetcher prefetcher(kSeed, 1'000'000, 1'000'000, [&](std::size_t) {
      ++calls;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    prefetcher.expect(0, 200'000);
    while (calls == 0) std::this_thread::yield();
  }
  const std::size_t atTheEnd = calls;
  EXPECT_LT(atTheEnd, 10'000u);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(calls, atTheEnd);
}

TEST(Prefetcher, EndsWithoutEverHavingBeenAsked) {
  Prefetcher prefetcher(kSeed, 10, 10, [](std::size_t) {});
}

TEST(Prefetcher, IsMadeForMappedPartsAlone) {
  Examples inMemory;
  inMemory.count = 2;
  inMemory.floats = {1, 2, 3, 4};
  EXPECT_EQ(makePrefetcher(inMemory, 2, kSeed), nullptr);
  EXPECT_EQ(makePrefetcher({}, 2, kSeed), nullptr);

  ValueStore<float> store(4, 0);
  store.append(inMemory.floats);
  Examples mapped;
  mapped.count = 2;
  store.giveTo(mapped);
  const auto prefetcher = makePrefetcher(mapped, 2, kSeed);
  ASSERT_NE(prefetcher, nullptr);
  prefetcher->expect(0, 2);
}

}  // namespace
}  // namespace cajal
