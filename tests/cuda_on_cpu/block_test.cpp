// Threads of a block: all run, meet at barriers, exchange, and are caught when they do not.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "tests/cuda_on_cpu/emulated_device.h"

namespace cajal::test {
namespace {

class EmulatedBlock : public EmulatedDevice {};

TEST_F(EmulatedBlock, EveryThreadOfEveryBlockRunsOnce) {
  const dim3 blocks(3, 2, 4), threads(5, 3, 2);
  const auto counts = upload(std::vector<unsigned>(3 * 5 * 2 * 3 * 4 * 2));
  countThreads(stream(), blocks, threads, counts.get());
  EXPECT_EQ(download(counts, 720), std::vector<unsigned>(720, 1));
}

TEST_F(EmulatedBlock, ABarrierIsPassedOnlyWhenAllHaveMet) {
  std::vector<float> values(5 * 64), expected(values.size());
  std::iota(values.begin(), values.end(), 0.0f);
  for (std::size_t i = 0; i < values.size(); ++i) expected[i] = values[i / 64 * 64 + 63 - i % 64];
  const auto memory = upload(values);
  reverseBlocks(stream(), 5, memory.get());
  EXPECT_EQ(download(memory, values.size()), expected);
}

TEST_F(EmulatedBlock, SharedMemoryIsPoisonedForEveryBlock) {
  const auto found = upload(std::vector<float>(6));
  readUnwritten(stream(), 3, found.get());
  for (const float value : download(found, 6)) EXPECT_TRUE(std::isnan(value));
}

TEST_F(EmulatedBlock, AtomicsCountEveryThread) {
  const auto sum = upload(std::vector<unsigned>{0});
  addOne(stream(), 70, sum.get());
  EXPECT_EQ(download(sum, 1)[0], 7000u);
}

TEST_F(EmulatedBlock, EveryLaunchHasAnotherOrder) {
  if (const char* const order = std::getenv("CAJAL_CUDA_ORDER"); order && std::string(order) == "0") return;
  std::vector<std::vector<unsigned>> orders;
  for (int launch = 0; launch < 2; ++launch) {
    const auto counter = upload(std::vector<unsigned>{0}), order = upload(std::vector<unsigned>(7 * 32));
    recordOrder(stream(), 7, counter.get(), order.get());
    orders.push_back(download(order, 7 * 32));
  }
  EXPECT_NE(orders[0], orders[1]);
  EXPECT_FALSE(std::is_sorted(orders[0].begin(), orders[0].end()));
}

TEST_F(EmulatedBlock, LanesExchangeByShuffles) {
  const auto sums = upload(std::vector<float>(32));
  sumWarp(stream(), sums.get());
  EXPECT_EQ(download(sums, 32), std::vector<float>(32, 496.0f));

  const auto results = upload(std::vector<int>(96));
  shuffle(stream(), results.get());
  const std::vector<int> shuffled = download(results, 96);
  for (int lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(shuffled[static_cast<std::size_t>(lane)], lane == 0 ? 0 : (lane - 1) * 10);
    EXPECT_EQ(shuffled[static_cast<std::size_t>(lane) + 32], (lane % 8 < 6 ? lane + 2 : lane) * 10);
    EXPECT_EQ(shuffled[static_cast<std::size_t>(lane) + 64], 50);
  }
}

TEST_F(EmulatedBlock, LanesVote) {
  const auto result = upload(std::vector<unsigned>{0});
  vote(stream(), result.get());
  EXPECT_EQ(download(result, 1)[0], 0xAAAAAAAAu);
}

TEST_F(EmulatedBlock, AThreadThatLeavesBeforeABarrierIsNoticed) {
  leaveBeforeBarrier(stream());
  expectFailure("31 threads wait for the block's barrier");
}

TEST_F(EmulatedBlock, TwoBarriersAreNotOne) {
  meetAtTwoBarriers(stream());
  expectFailure("and others at");
}

TEST_F(EmulatedBlock, ALaneThatIsNamedMustCome) {
  shuffleWithoutLane(stream());
  expectFailure("31 threads wait for shuffle");
}

TEST_F(EmulatedBlock, ALaneMustNameItself) {
  shuffleOfForeignLanes(stream());
  expectFailure("lacks the lane itself");
}

TEST_F(EmulatedBlock, LanesMustNameTheSameLanes) {
  disagreeOnLanes(stream());
  expectFailure("while others wait");
}

TEST_F(EmulatedBlock, WorksOnAfterAFailure) {
  leaveBeforeBarrier(stream());
  expectFailure("have left the kernel");
  const auto sum = upload(std::vector<unsigned>{0});
  addOne(stream(), 1, sum.get());
  EXPECT_EQ(download(sum, 1)[0], 100u);
}

class EmulatedCluster : public EmulatedDevice {};

TEST_F(EmulatedCluster, BlocksReadEachOthersSharedMemory) {
  for (const unsigned cluster : {1u, 2u, 4u, 8u, 16u}) {
    constexpr unsigned kBlocks = 16;
    const auto results = upload(std::vector<float>(2 * kBlocks));
    sumOverCluster(stream(), kBlocks, cluster, results.get());
    const std::vector<float> sums = download(results, 2 * kBlocks);
    for (unsigned block = 0; block < kBlocks; ++block) {
      const unsigned first = block / cluster * cluster;
      const auto expected = static_cast<float>(cluster * first + cluster * (cluster - 1) / 2);
      EXPECT_EQ(sums[2 * block], expected) << cluster;
      EXPECT_EQ(sums[2 * block + 1], 10 * expected) << cluster;
    }
  }
}

TEST_F(EmulatedCluster, ABlockThatLeavesBeforeTheBarrierIsNoticed) {
  leaveTheCluster(stream());
  expectFailure("8 threads wait for the cluster's barrier");
}

class EmulatedGrid : public EmulatedDevice {};

TEST_F(EmulatedGrid, AllBlocksMeetInACooperativeLaunch) {
  const auto values = upload(std::vector<float>(16, 1.0f)), results = upload(std::vector<float>(16));
  sumOverGrid(stream(), 16, values.get(), results.get());
  EXPECT_EQ(download(results, 16), std::vector<float>(16, 16.0f));
}

TEST_F(EmulatedGrid, BlocksOfAnOrdinaryLaunchCannotMeet) {
  meetGrid(stream(), 2, false);
  expectFailure("not cooperative");
}

TEST_F(EmulatedGrid, MoreBlocksThanTheDeviceHoldsAreRefused) {
  EXPECT_THROW(meetGrid(stream(), 17, true), Error);  // 8 multiprocessors of 2048 threads
  EXPECT_NO_THROW(meetGrid(stream(), 16, true));
  EXPECT_EQ(cudaStreamSynchronize(stream()), cudaSuccess);
}

}  // namespace
}  // namespace cajal::test
