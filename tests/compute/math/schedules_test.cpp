#include "compute/math/schedules.h"

#include <gtest/gtest.h>

#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

Schedule schedule(ScheduleKind kind) {
  Schedule s;
  s.kind = kind;
  s.rate = 0.5f;
  s.period = 10;
  s.total = 100;
  s.gamma = 0.5f;
  return s;
}

// One rounding to float.
void expectRate(const Schedule& s, std::uint64_t step, double expected) {
  EXPECT_NEAR(scheduledRate(s, step), expected, expected * kRounding) << step;
}

TEST(Schedules, ConstantIsConstant) {
  for (const std::uint64_t step : {0, 1, 1'000'000}) expectRate(schedule(ScheduleKind::constant), step, 0.5);
}

TEST(Schedules, StepHalvesEveryPeriod) {
  const Schedule s = schedule(ScheduleKind::step);
  expectRate(s, 9, 0.5);
  expectRate(s, 10, 0.25);
  expectRate(s, 29, 0.125);
}

TEST(Schedules, ExponentialHalvesOverAPeriodWithoutJumps) {
  const Schedule s = schedule(ScheduleKind::exponential);
  expectRate(s, 5, 0.5 * std::sqrt(0.5));
  expectRate(s, 10, 0.25);
}

TEST(Schedules, CosineEndsAtItsMinimumAndStaysThere) {
  Schedule s = schedule(ScheduleKind::cosine);
  s.minimum = 0.1f;
  expectRate(s, 0, 0.5);
  expectRate(s, 50, 0.3f);
  expectRate(s, 100, s.minimum);
  expectRate(s, 5000, s.minimum);
}

TEST(Schedules, WarmUpIsAStraightLineThatTheScheduleFollows) {
  Schedule s = schedule(ScheduleKind::cosine);
  s.warmup = 20;
  expectRate(s, 0, 0.5 / 21);
  expectRate(s, 9, 0.5 * 10 / 21);
  expectRate(s, 20, 0.5);
  expectRate(s, 60, 0.25);  // half of the 80 that are left
}

TEST(Schedules, OneCycleRisesAndFalls) {
  const Schedule s = schedule(ScheduleKind::oneCycle);
  expectRate(s, 0, 0.5 / 25);
  expectRate(s, 29, 0.5);
  expectRate(s, 99, 0.5 / 25 / 1e4);
  expectRate(s, 1000, 0.5 / 25 / 1e4);
  EXPECT_LT(scheduledRate(s, 10), scheduledRate(s, 20));
  EXPECT_GT(scheduledRate(s, 40), scheduledRate(s, 50));
}

TEST(Schedules, APlateauMultipliesAfterItsPatienceIsOver) {
  Schedule s = schedule(ScheduleKind::plateau);
  s.patience = 2;
  PlateauState state;
  for (const double loss : {1.0, 0.9, 0.9, 0.95}) state = observed(s, state, loss);
  EXPECT_EQ(state.factor, 1.0f);
  state = observed(s, state, 0.9);  // the third look without a lower loss
  EXPECT_EQ(state.factor, 0.5f);
  for (const double loss : {0.5, 0.6, 0.6, 0.6}) state = observed(s, state, loss);
  EXPECT_EQ(state.factor, 0.25f);
}

TEST(Schedules, NaNIsNoLowerLoss) {
  Schedule s = schedule(ScheduleKind::plateau);
  s.patience = 0;
  EXPECT_EQ(observed(s, observed(s, {}, 1.0), std::nan("")).factor, 0.5f);
}

TEST(Schedules, NamesComeBack) {
  for (std::uint32_t i = 0; i < kSchedules; ++i) {
    const auto kind = static_cast<ScheduleKind>(i);
    EXPECT_EQ(fromName<ScheduleKind>(name(kind)), kind);
    EXPECT_FALSE(displayName(kind).empty());
  }
  EXPECT_EQ(fromName<ScheduleKind>("linear"), std::nullopt);
}

}  // namespace
}  // namespace cajal
