#include "viewer/sources/burst_controller.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cajal {
namespace {

constexpr double kFrame = 1.0 / 60;

TEST(BurstController, StartsWithAFewStepsAndWaitsForWhatTheyCost) {
  const BurstController controller;
  EXPECT_GT(controller.stepsForFrame(kFrame, 0), 0U);
  EXPECT_EQ(controller.stepsForFrame(kFrame, 4), 0U);
  EXPECT_GT(controller.stepsForSeconds(0.02, 0), 0U);
  EXPECT_EQ(controller.stepsForSeconds(0.02, 4), 0U);
}

TEST(BurstController, ABurstLastsBetweenOneAndTwoMilliseconds) {
  BurstController controller;
  controller.note(10, 10 * 80e-6);
  const double seconds = static_cast<double>(controller.stepsPerBurst()) * 80e-6;
  EXPECT_GE(seconds, 1e-3);
  EXPECT_LE(seconds, 2e-3);
}

TEST(BurstController, ABurstHoldsAStepHoweverLong) {
  BurstController controller;
  controller.note(1, 0.5);
  EXPECT_EQ(controller.stepsPerBurst(), 1U);
  EXPECT_EQ(controller.stepsForFrame(kFrame, 0), 1U);
}

TEST(BurstController, ASlowFirstBurstIsForgottenAtOnce) {
  BurstController controller;
  controller.note(4, 0.4);
  controller.note(1, 100e-6);
  EXPECT_DOUBLE_EQ(controller.secondsPerStep(), 100e-6);
}

TEST(BurstController, OneSlowBurstAmongMostDoesNotHalveTheRate) {
  BurstController controller;
  for (int i = 0; i < 20; ++i) controller.note(15, 15 * 100e-6);
  controller.note(15, 15 * 200e-6);
  EXPECT_LT(controller.secondsPerStep(), 140e-6);
}

TEST(BurstController, AnotherCostIsMeasuredAnew) {
  BurstController controller;
  controller.note(10, 1e-3);
  controller.forget();
  EXPECT_EQ(controller.secondsPerStep(), 0);
}

TEST(BurstController, WithoutFramesItFillsTheTimeItIsGiven) {
  BurstController controller;
  controller.note(16, 1.0 / 64);
  EXPECT_EQ(controller.stepsForSeconds(0.25, 0), 256U);
  EXPECT_EQ(controller.stepsForSeconds(0.25, 200), 56U);
  EXPECT_EQ(controller.stepsForSeconds(0.25, 300), 0U);
}

// A GPU that trains and draws in turn, and a conductor that submits a frame every `frame` seconds. Times in
// seconds; only whole bursts are seen to be done, as with events.
struct Simulation {
  double step, draw, frame;
  double busy = 0, elapsed = 0, worstLatency = 0;
  int frames = 0, late = 0;

  void run(int count) {
    BurstController controller;
    double now = 0, gpuFree = 0;  // when the GPU has done all it was given
    double trainingEnds = 0;      // of what is enqueued
    std::uint64_t enqueued = 0;   // steps, of the newest publication
    std::uint64_t burst = 1;
    for (int i = 0; i < count; ++i) {
      const double left = std::max(0.0, trainingEnds - now);
      auto ahead = std::min<std::uint64_t>(enqueued, static_cast<std::uint64_t>(left / step + 0.999));
      ahead = std::min((ahead + burst - 1) / burst * burst, enqueued);  // the burst at hand counts whole
      const double drawn = std::max(now, gpuFree) + draw;
      if (i > count / 2) {
        worstLatency = std::max(worstLatency, drawn - now);
        late += drawn > now + frame;
      }
      enqueued = controller.stepsForFrame(frame, ahead);
      burst = controller.stepsPerBurst();
      const double work = static_cast<double>(enqueued) * step;
      trainingEnds = gpuFree = drawn + work;
      if (enqueued > 0) controller.note(static_cast<double>(enqueued), work);
      // Two frames in flight: the host waits where the GPU is further behind than that.
      const double next = std::max(now + frame, drawn - frame);
      if (i > count / 2) {
        busy += draw + work;
        elapsed += next - now;
        ++frames;
      }
      now = next;
    }
  }
};

TEST(BurstController, KeepsTheGpuBusyAndTheFrameRate) {
  for (const double step : {15e-6, 80e-6, 300e-6, 1e-3}) {
    for (const double draw : {0.2e-3, 1e-3, 4e-3}) {
      Simulation simulation{step, draw, kFrame};
      simulation.run(400);
      EXPECT_GE(simulation.busy / simulation.elapsed, 0.98) << step << " s a step, " << draw << " s a frame";
      EXPECT_NEAR(simulation.frames / simulation.elapsed, 60, 0.6) << step << ", " << draw;
      EXPECT_LT(simulation.worstLatency, kFrame) << step << ", " << draw;
      EXPECT_EQ(simulation.late, 0);
    }
  }
}

TEST(BurstController, TrainingKeepsAShareWhereDrawingAloneIsTooSlow) {
  Simulation simulation{80e-6, 30e-3, kFrame};
  simulation.run(200);
  const double drawing = simulation.frames * simulation.draw;
  EXPECT_GE((simulation.busy - drawing) / simulation.frames, 0.2 * kFrame);
}

}  // namespace
}  // namespace cajal
