#include "compute/cpu/thread_team.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace cajal {
namespace {

void expectEveryTileOnce(ThreadTeam& team, std::size_t tiles) {
  std::vector<std::atomic<int>> met(tiles);
  team.forEachTile(tiles, [&](std::size_t tile) { ++met[tile]; });
  for (std::size_t tile = 0; tile < tiles; ++tile)
    ASSERT_EQ(met[tile], 1) << "tile " << tile << " of " << tiles;
}

TEST(ThreadTeam, RunsEveryTileOnce) {
  for (const int threads : {1, 2, 4}) {
    ThreadTeam team(threads);
    for (const std::size_t tiles : {0u, 1u, 2u, 3u, 8u, 1000u}) expectEveryTileOnce(team, tiles);
  }
}

TEST(ThreadTeam, RunsThousandsOfLoopsInARow) {
  ThreadTeam team(3);
  for (int loop = 0; loop < 5000; ++loop) expectEveryTileOnce(team, 5);
}

TEST(ThreadTeam, IsDoneWhenTheLoopReturns) {
  ThreadTeam team(4);
  std::vector<int> values(8);  // no atomics: what a tile wrote is seen by the caller
  for (int round = 1; round <= 1000; ++round) {
    team.forEachTile(values.size(), [&](std::size_t tile) { values[tile] = round; });
    for (const int value : values) ASSERT_EQ(value, round);
  }
}

TEST(ThreadTeam, GrowsAndShrinksBetweenLoops) {
  ThreadTeam team(1);
  for (const int threads : {2, 4, 1, 3, 3, 1}) {
    team.resize(threads);
    EXPECT_EQ(team.threads(), threads);
    expectEveryTileOnce(team, 100);
  }
}

TEST(ThreadTeam, ThrowsWhatATileThrowsAndGoesOn) {
  for (const int threads : {1, 4}) {
    ThreadTeam team(threads);
    const auto work = [](std::size_t tile) {
      if (tile % 3 == 0) throw std::runtime_error("tile");
    };
    EXPECT_THROW(team.forEachTile(100, work), std::runtime_error) << threads;
    expectEveryTileOnce(team, 100);
  }
}

TEST(ThreadTeam, WakesFromSleep) {
  ThreadTeam team(2);
  for (int round = 0; round < 3; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    expectEveryTileOnce(team, 10);
  }
}

}  // namespace
}  // namespace cajal
