#include "compute/training/steering/step_turns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace cajal::test {
namespace {

// So many threads take so many turns each; how many had a place at once, at most.
int mostAtOnce(StepTurns& turns, int threads, int takes) {
  std::atomic<int> inside = 0, most = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t) {
    all.emplace_back([&] {
      StepTurns::Seat seat(&turns);
      for (int i = 0; i < takes; ++i) {
        seat.take();
        const int now = ++inside;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --inside;
        if (i % 3 == 0) seat.leave();
      }
    });
  }
  for (std::thread& thread : all) thread.join();
  return most;
}

TEST(StepTurns, NoMoreTrainAtOnceThanThereArePlaces) {
  for (const int places : {1, 2, 3}) {
    StepTurns turns(places);
    EXPECT_LE(mostAtOnce(turns, 5, 200), places);
  }
}

// A place that is never left is passed on all the same when its slice is over: everybody comes to an end.
TEST(StepTurns, WhoNeverLeavesPassesOnAfterASlice) {
  StepTurns turns(1);
  std::atomic<int> arrived = 0;
  std::vector<std::thread> all;
  for (int t = 0; t < 4; ++t) {
    all.emplace_back([&] {
      StepTurns::Seat seat(&turns);
      seat.take();
      ++arrived;
      while (arrived < 4) seat.take();
    });
  }
  for (std::thread& thread : all) thread.join();
  EXPECT_EQ(arrived, 4);
}

TEST(StepTurns, FewerPlacesAreKeptToFromTheNextSliceOn) {
  StepTurns turns(3);
  EXPECT_LE(mostAtOnce(turns, 4, 50), 3);
  turns.setPlaces(1);
  EXPECT_EQ(mostAtOnce(turns, 4, 50), 1);
  turns.setPlaces(0);  // somebody must train
  EXPECT_EQ(mostAtOnce(turns, 2, 5), 1);
}

TEST(StepTurns, WhoSharesWithNobodyNeverWaits) {
  StepTurns::Seat seat(nullptr);
  seat.take();
  seat.leave();
}

}  // namespace
}  // namespace cajal::test
