#include "viewer/actions/action_log.h"

#include <gtest/gtest.h>

#include "tests/engine/base/temporary_folder.h"
#include "viewer/actions/script.h"

namespace cajal::test {
namespace {

TEST(ActionLog, ACommandKeepsItsStep) {
  ActionLog log(0, 0);
  EXPECT_EQ(log.applied({120, {"lr", 0.5}}), (TimedAction{{120, {}}, {"lr", 0.5}}));
}

TEST(ActionLog, WhatIsDoneToTheViewIsAtTheStepThatIsShown) {
  ActionLog log(0, 0);
  EXPECT_EQ(log.done({"frame", {}}, 30, 0, 1.5), (TimedAction{{30, 1.5}, {"frame", {}}}));
}

// The training runs on while a state is shown.
TEST(ActionLog, BehindACommandThatWasAppliedLaterItIsAtThatStep) {
  ActionLog log(0, 0);
  log.applied({1020, {"lr", 0.5}});
  EXPECT_EQ(log.done({"frame", {}}, 1010, 0, 2).at.step, 1020U);
  EXPECT_EQ(log.done({"frame", {}}, 1030, 0, 2).at.step, 1030U);
}

TEST(ActionLog, AStateFromBeforeAResetIsAtTheBeginningBehindIt) {
  ActionLog log(0, 0);
  log.applied({5000, {}});
  EXPECT_EQ(log.done({"frame", {}}, 4990, 0, 2).at.step, 0U);
  EXPECT_EQ(log.done({"frame", {}}, 3, 1, 2).at.step, 3U);
}

TEST(ActionLog, OfARunThatGoesOnItBeginsWhereThatBegan) {
  ActionLog log(400, 1);
  EXPECT_EQ(log.done({"frame", {}}, 0, 0, 0).at.step, 400U);
}

TEST(ActionLog, CanBeReadAsAScript) {
  ActionLog log(0, 0);
  const TimedAction lines[] = {log.applied({1020, {"lr", 0.5}}), log.done({"frame", {}}, 1010, 0, 2),
                               log.applied({1500, {}}),          log.done({"edges", "weight"}, 1490, 0, 3),
                               log.applied({0, {"lr", 0.25}}),   log.done({"frame", {}}, 2, 1, 4)};
  std::string text;
  for (const TimedAction& line : lines) text += toJsonLine(line) + "\n";
  const TemporaryFolder folder;
  writeText(folder / "log.jsonl", text);
  EXPECT_EQ(readScript(folder / "log.jsonl", settingTables()),
            std::vector<TimedAction>(std::begin(lines), std::end(lines)));
}

}  // namespace
}  // namespace cajal::test
