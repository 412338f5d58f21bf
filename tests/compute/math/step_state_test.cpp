#include "compute/math/step_state.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

StepRules halvedEveryTenSteps() {
  StepRules rules;
  rules.hyperparameters.learningRate = 7;  // counts only where no schedule is followed
  rules.schedule.kind = ScheduleKind::step;
  rules.schedule.rate = 0.5f;
  rules.schedule.period = 10;
  rules.schedule.gamma = 0.5f;
  rules.followsSchedule = true;
  rules.examplesPerStep = 64;
  return rules;
}

TEST(StepClock, CountsStepsExamplesAndUpdates) {
  const StepClock clock = ticked(halvedEveryTenSteps(), ticked(halvedEveryTenSteps(), {}));
  EXPECT_EQ(clock.steps, 2u);
  EXPECT_EQ(clock.cursor, 128u);
  EXPECT_EQ(clock.updates.updates, 3u);  // counted from 1
}

TEST(StepClock, TakesTheRateOfTheStepThatFollows) {
  StepClock clock;
  clock.steps = 8;
  clock = ticked(halvedEveryTenSteps(), clock);
  EXPECT_EQ(clock.learningRate, 0.5f);
  clock = ticked(halvedEveryTenSteps(), clock);
  EXPECT_EQ(clock.learningRate, 0.25f);
}

TEST(StepClock, TakesTheSlidersRateWhereNoScheduleIsFollowed) {
  StepRules rules = halvedEveryTenSteps();
  rules.followsSchedule = false;
  EXPECT_EQ(ticked(rules, {}).learningRate, 7);
}

TEST(StepClock, APlateausFactorCounts) {
  StepRules rules = halvedEveryTenSteps();
  rules.schedule.kind = ScheduleKind::plateau;
  rules.plateauFactor = 0.125f;
  EXPECT_EQ(ticked(rules, {}).learningRate, 0.0625f);
}

TEST(StepClock, StandsStillOnceItIsHalted) {
  StepClock clock;
  clock.steps = 4;
  clock.haltedAfter = 5;  // by the step at hand, which still counts
  EXPECT_FALSE(isHalted(clock));
  clock = ticked(halvedEveryTenSteps(), clock);
  EXPECT_EQ(clock.steps, 5u);
  EXPECT_TRUE(isHalted(clock));
  clock = ticked(halvedEveryTenSteps(), clock);
  EXPECT_EQ(clock.steps, 5u);
  EXPECT_EQ(clock.cursor, 64u);
}

TEST(StepState, GivesTheUpdateTheClocksRate) {
  StepState state;
  state.rules.hyperparameters.momentum = 0.25f;
  state.clock.learningRate = 0.125f;
  EXPECT_EQ(hyperparametersOf(state).learningRate, 0.125f);
  EXPECT_EQ(hyperparametersOf(state).momentum, 0.25f);
}

}  // namespace
}  // namespace cajal
