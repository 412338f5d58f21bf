#include "viewer/world/sample_controller.h"

#include <gtest/gtest.h>

#include <vector>

namespace cajal::test {
namespace {

constexpr double kBudget = 1.0 / 30;

// What a frame costs with a share of the samples: something, and something a sample.
struct Machine {
  double fixed, sampled;  // seconds
  double frame(float share) const { return fixed + sampled * share; }
};

std::vector<float> sharesOver(SampleController& controller, const Machine& machine, int frames) {
  std::vector<float> shares{1};
  for (int i = 0; i < frames; ++i) shares.push_back(controller.next(machine.frame(shares.back()), kBudget));
  return shares;
}

int turnsIn(const std::vector<float>& shares) {
  int turns = 0;
  float direction = 0;
  for (std::size_t i = 1; i < shares.size(); ++i) {
    const float step = shares[i] - shares[i - 1];
    if (step == 0) continue;
    turns += direction * step < 0;
    direction = step;
  }
  return turns;
}

TEST(SampleControllers, LeaveAFastMachineAllSamples) {
  SampleController controller;
  for (const float share : sharesOver(controller, {0.005, 0.010}, 500)) EXPECT_EQ(share, 1);
}

TEST(SampleControllers, GiveWayUntilTheFrameFits) {
  SampleController controller;
  const Machine slow{0.010, 0.060};
  const float share = sharesOver(controller, slow, 2000).back();
  EXPECT_LE(slow.frame(share), 0.9 * kBudget);
  EXPECT_GT(share, SampleController::kFloor);
}

TEST(SampleControllers, HaveAFloor) {
  SampleController controller;
  EXPECT_FLOAT_EQ(sharesOver(controller, {1.0, 1.0}, 3000).back(), SampleController::kFloor);
}

TEST(SampleControllers, ComeBackWhenThereIsTime) {
  SampleController controller;
  sharesOver(controller, {0.010, 0.060}, 2000);
  float share = 0;
  for (int i = 0; i < 2000; ++i) share = controller.next(0.005, kBudget);
  EXPECT_EQ(share, 1);
}

TEST(SampleControllers, NeverOscillate) {
  for (double fixed = 0; fixed < 0.06; fixed += 0.003) {
    for (double sampled = 0; sampled < 0.3; sampled += 0.011) {
      SampleController controller;
      EXPECT_EQ(turnsIn(sharesOver(controller, {fixed, sampled}, 3000)), 0) << fixed << " + " << sampled;
    }
  }
}

}  // namespace
}  // namespace cajal::test
