// What a GPU leaves undefined is caught. That threads run, meet and exchange is proven by the tests of
// compute/cuda, which run on the emulation.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tests/cuda_on_cpu/emulated_device.h"

namespace cajal::test {
namespace {

class EmulatedBlock : public EmulatedDevice {};

TEST_F(EmulatedBlock, SharedMemoryIsPoisonedForEveryBlock) {
  const auto found = upload(std::vector<float>(6));
  readUnwritten(stream(), 3, found.get());
  for (const float value : download(found, 6)) EXPECT_TRUE(std::isnan(value));
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

TEST_F(EmulatedCluster, ABlockThatLeavesBeforeTheBarrierIsNoticed) {
  leaveTheCluster(stream(), 4, 2);
  expectFailure("8 threads wait for the cluster's barrier");
}

}  // namespace
}  // namespace cajal::test
