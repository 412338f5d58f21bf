#include "engine/camera/camera_path.h"

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"
#include "tests/support/rounding.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

const std::vector<CameraKey> kKeys = {{0, {0, 0, 10}, {0, 0, 0}, 0.5f},
                                      {1, {5, 2, 9}, {1, 0, 0}, 0.6f},
                                      {4, {9, 3, 0}, {0, 1, 0}, 0.9f},
                                      {5, {4, -1, -8}, {0, 0, 1}, 0.7f}};

std::vector<CameraKey> roundTrip() {
  std::vector<CameraKey> keys = kKeys;
  keys.push_back(keys.front());
  keys.back().time = 7;
  return keys;
}

TEST(CameraPath, PassesThroughItsKeys) {
  const CameraPath path(kKeys, CameraPath::Clock::seconds);
  for (const CameraKey& key : kKeys)
    EXPECT_EQ(path.at(key.time), lookAt(key.position, key.target, key.fieldOfView)) << key.time;
}

TEST(CameraPath, IsHeldBeforeTheFirstAndAfterTheLastKey) {
  const CameraPath path(kKeys, CameraPath::Clock::seconds);
  EXPECT_EQ(path.at(-3), path.at(0));
  EXPECT_EQ(path.at(1e9), path.at(5));
}

TEST(CameraPath, OneKeyStandsStill) {
  const CameraPath path({kKeys[1]}, CameraPath::Clock::steps);
  EXPECT_EQ(path.at(0), path.at(100));
  EXPECT_EQ(path.at(0).position, kKeys[1].position);
}

TEST(CameraPath, BetweenItsEndsEvenKeysOnALineAreFlownAtOneSpeed) {
  std::vector<CameraKey> keys;
  for (int i = 0; i < 5; ++i)
    keys.push_back({static_cast<double>(i), glm::vec3(3 * i, 0, 10), glm::vec3(3 * i, 0, 0)});
  const CameraPath path(keys, CameraPath::Clock::seconds);
  // Hermite's four terms, some ten roundings of lengths up to 12.
  for (double time = 1; time <= 3; time += 0.13)
    EXPECT_NEAR(path.at(time).position.x, 3 * time, 12 * test::gammaOf(20)) << time;
}

// The largest jump of the eye between moments a thousandth of a second apart; the speed is below 30 here.
float largestJump(const CameraPath& path, double from, double to) {
  float largest = 0;
  for (double time = from; time < to; time += 1e-3) {
    const Camera before = path.at(time), after = path.at(time + 1e-3);
    largest = std::max({largest, glm::distance(before.position, after.position),
                        glm::distance(before.forward(), after.forward())});
  }
  return largest;
}

TEST(CameraPath, IsContinuous) {
  EXPECT_LT(largestJump(CameraPath(kKeys, CameraPath::Clock::seconds), -1, 6), 0.03f);
}

TEST(CameraPath, AClosedOneIsContinuousAcrossItsSeam) {
  EXPECT_LT(largestJump(CameraPath(roundTrip(), CameraPath::Clock::seconds, true), 6, 8), 0.03f);
}

TEST(CameraPath, AClosedOneCrossesItsSeamAtTheSameSpeed) {
  const CameraPath path(roundTrip(), CameraPath::Clock::seconds, true);
  const double step = 1e-2;
  const glm::vec3 before = (path.at(7).position - path.at(7 - step).position) / static_cast<float>(step);
  const glm::vec3 after = (path.at(step).position - path.at(0).position) / static_cast<float>(step);
  // The accelerations on both sides differ; over a hundredth of a second that is less than half a unit a
  // second, of about six.
  EXPECT_LT(glm::distance(before, after), 0.5f);
  EXPECT_GT(glm::length(after), 2.0f);
}

TEST(CameraPath, AClosedOneGoesRoundAndRound) {
  const CameraPath path(roundTrip(), CameraPath::Clock::seconds, true);
  for (const double time : {0.5, 3.25, 6.75}) {
    EXPECT_EQ(path.at(time + 7 * 16), path.at(time));
    EXPECT_EQ(path.at(time - 7 * 16), path.at(time));
  }
}

TEST(CameraPath, KeysOutOfOrderAreRefused) {
  std::vector<CameraKey> keys = kKeys;
  keys[2].time = keys[1].time;
  EXPECT_THROW(CameraPath(keys, CameraPath::Clock::seconds), Error);
  EXPECT_THROW(CameraPath({}, CameraPath::Clock::seconds), Error);
}

TEST(CameraFile, IsReadAsItIsDocumented) {
  const CameraPath path = parseCameraPath(
      R"({"keys": [{"seconds": 0, "position": [1, 2, 3], "target": [0, 0, 0], "field_of_view": 60},
                   {"seconds": 2.5, "position": [4, 5, 6], "target": [0, 0, 1]}]})",
      "a.json");
  EXPECT_EQ(path.clock(), CameraPath::Clock::seconds);
  EXPECT_EQ(path.duration(), 2.5);
  EXPECT_EQ(path.at(0).position, glm::vec3(1, 2, 3));
  EXPECT_NEAR(path.at(0).fieldOfView, glm::radians(60.0f), 2 * test::gammaOf(2));
  EXPECT_NEAR(path.at(9).fieldOfView, glm::radians(40.0f), 2 * test::gammaOf(2));
}

TEST(CameraFile, MayCountInSteps) {
  const CameraPath path =
      parseCameraPath(R"({"keys": [{"step": 100, "position": [1, 2, 3], "target": [0, 0, 0]}]})", "a.json");
  EXPECT_EQ(path.clock(), CameraPath::Clock::steps);
}

TEST(CameraFile, ThatIsMalformedIsRefusedByName) {
  const auto withKey = [](const std::string& key) { return R"({"keys": [)" + key + "]}"; };
  const std::pair<const char*, std::string> files[] = {
      {"Empty", ""},
      {"CutOff", R"({"keys": [{"seconds": 0, "posi)"},
      {"AList", "[]"},
      {"NoKeys", "{}"},
      {"KeysAreANumber", R"({"keys": 3})"},
      {"KeysAreEmpty", R"({"keys": []})"},
      {"AKeyIsANumber", R"({"keys": [3]})"},
      {"Nested", std::string(200'000, '[')},
      {"NotUtf8", "{\"keys\": [\"\xff\"]}"},
      {"NoTime", withKey(R"({"position": [0,0,1], "target": [0,0,0]})")},
      {"TimeIsText", withKey(R"({"seconds": "0", "position": [0,0,1], "target": [0,0,0]})")},
      {"NoTarget", withKey(R"({"seconds": 0, "position": [0,0,1]})")},
      {"TwoCoordinates", withKey(R"({"seconds": 0, "position": [0,1], "target": [0,0,0]})")},
      {"ACoordinateIsNull", withKey(R"({"seconds": 0, "position": [0,null,1], "target": [0,0,0]})")},
      {"ACoordinateIsTooLarge", withKey(R"({"seconds": 0, "position": [0,1e300,1], "target": [0,0,0]})")},
      {"ANumberIsTooLarge", withKey(R"({"seconds": 1e999, "position": [0,0,1], "target": [0,0,0]})")},
      {"LooksAtItself", withKey(R"({"seconds": 0, "position": [1,1,1], "target": [1,1,1]})")},
      {"NoFieldOfView",
       withKey(R"({"seconds": 0, "position": [0,0,1], "target": [0,0,0], "field_of_view": 0})")},
      {"FieldOfViewIsText",
       withKey(R"({"seconds": 0, "position": [0,0,1], "target": [0,0,0], "field_of_view": "4"})")},
      {"TimeStandsStill", withKey(R"({"seconds": 0, "position": [0,0,1], "target": [0,0,0]},
                                               {"seconds": 0, "position": [0,0,2], "target": [0,0,0]})")},
      {"StepsAmongSeconds", withKey(R"({"seconds": 0, "position": [0,0,1], "target": [0,0,0]},
                                                 {"step": 9, "position": [0,0,2], "target": [0,0,0]})")}};
  for (const auto& [name, text] : files) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(test::refusalOf(ExitCode::badInput, [&] {
                  parseCameraPath(text, "--camera flight.json");
                }).starts_with("--camera flight.json: "));
  }
}

TEST(CameraFile, ThatIsNotThereIsNamed) {
  const test::TemporaryFolder folder;
  test::expectRefusal(
      "nowhere.json", [&] { readCameraPath(folder / "nowhere.json"); }, ExitCode::inputOutput);
}

}  // namespace
}  // namespace cajal
