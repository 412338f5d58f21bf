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

// ---- the camera's way ----

Camera at(float x) {
  Camera camera;
  camera.position.x = x;
  return camera;
}

TEST(CameraLog, APlaceThatTheCameraKeepsIsLoggedOnce) {
  CameraLog log;
  EXPECT_EQ(log.note(at(1), 0), at(1));
  for (int frame = 1; frame < 100; ++frame) EXPECT_EQ(log.note(at(1), 0.1 * frame), std::nullopt);
}

TEST(CameraLog, OfALongMotionThereAreFourPlacesASecond) {
  CameraLog log;
  int places = 0;
  for (int frame = 1; frame <= 600; ++frame)
    places += log.note(at(static_cast<float>(frame)), frame / 60.0).has_value();
  EXPECT_NEAR(places, 40, 2);
}

TEST(CameraLog, WhereAMotionBeginsIsOneOfThem) {
  CameraLog log;
  log.note(at(1), 0);
  log.note(at(1), 9);
  EXPECT_EQ(log.note(at(2), 10), at(1)) << "the place that it leaves";
  EXPECT_EQ(log.note(at(3), 10.1), std::nullopt);
  EXPECT_EQ(log.note(at(4), 10.3), at(4));
}

TEST(CameraLog, WhereAMotionEndsIsOneOfThem) {
  CameraLog log;
  log.note(at(1), 0);
  EXPECT_EQ(log.note(at(2), 0.1), std::nullopt);
  EXPECT_EQ(log.note(at(2), 0.3), at(2));
}

}  // namespace
}  // namespace cajal::test
