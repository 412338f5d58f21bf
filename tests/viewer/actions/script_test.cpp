#include "viewer/actions/script.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"
#include "viewer/actions/replay.h"

namespace cajal::test {
namespace {

class Scripts : public testing::Test {
 protected:
  std::vector<TimedAction> read(const std::string& text, std::uint64_t firstStep = 0) const {
    writeText(m_folder / "s.jsonl", text);
    return readScript(m_folder / "s.jsonl", settingTables(), {{"", firstStep}});
  }
  std::string refusal(const std::string& text, std::uint64_t firstStep = 0) const {
    try {
      read(text, firstStep);
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      return error.what();
    }
    return "";
  }

  TemporaryFolder m_folder;
};

TEST_F(Scripts, LinesAreActionsWithMoments) {
  EXPECT_EQ(read("{\"at\":{\"step\":3},\"do\":\"lr\",\"value\":1}\n\n"
                 "{\"at\":{\"seconds\":0.5},\"do\":\"frame\"}\n"
                 "{\"at\":{\"step\":9},\"do\":\"hold\",\"value\":2}"),
            (std::vector<TimedAction>{
                {{3, {}}, {"lr", 1.0}}, {{{}, 0.5}, {"frame", {}}}, {{9, {}}, {"matrix", 2}}}));
}

TEST_F(Scripts, LinesOfOlderLogsAreRead) {
  EXPECT_EQ(read(R"({"step":12,"command":"set_learning_rate","value":0.5})"),
            (std::vector<TimedAction>{{{12, {}}, {"lr", 0.5}}}));
}

struct Refusal {
  const char* line;
  const char* says;
};

class WrongLines : public Scripts, public testing::WithParamInterface<Refusal> {};

TEST_P(WrongLines, AreRefusedWithTheirNumber) {
  const std::string good = R"({"at":{"step":5},"do":"play"})";
  const std::string what = refusal(good + "\n" + GetParam().line + "\n");
  EXPECT_NE(what.find("s.jsonl:2: "), std::string::npos) << what;
  EXPECT_NE(what.find(GetParam().says), std::string::npos) << what;
}

INSTANTIATE_TEST_SUITE_P(
    Every, WrongLines,
    testing::Values(Refusal{"lr 0.1", "JSON"}, Refusal{"[]", "JSON"}, Refusal{R"({"do":"play"})", "when"},
                    Refusal{R"({"at":3,"do":"play"})", "when"}, Refusal{R"({"at":{},"do":"play"})", "needs"},
                    Refusal{R"({"at":{"step":-1},"do":"play"})", "step"},
                    Refusal{R"({"at":{"step":1.5},"do":"play"})", "step"},
                    Refusal{R"({"at":{"seconds":-1},"do":"play"})", "seconds"},
                    Refusal{R"({"at":{"hours":1},"do":"play"})", "hours"},
                    Refusal{R"({"at":{"step":9}})", "do"}, Refusal{R"({"at":{"step":9},"do":7})", "do"},
                    Refusal{R"({"at":{"step":9},"do":"explode"})", "no such action"},
                    Refusal{R"({"at":{"step":9},"do":"lr","value":-1})", "from 0 to"},
                    Refusal{R"({"at":{"step":9},"do":"lr"})", "from 0 to"},
                    Refusal{R"({"at":{"step":9},"do":"lr","value":[1]})", "value"},
                    Refusal{R"({"at":{"step":9},"do":"theme","value":"grey"})", "dark, light, print"},
                    Refusal{R"({"at":{"step":9},"do":"select","value":"3"})", "LAYER:NEURON"},
                    Refusal{R"({"at":{"step":9},"do":"play","value":3})", "no value"},
                    Refusal{R"({"at":{"step":9},"do":"camera"})", "needs a value"},
                    Refusal{R"({"at":{"step":9},"do":"play","speed":3})", "speed"},
                    Refusal{R"({"at":{"step":4},"do":"play"})", "step 4 is past"}));

TEST_F(Scripts, AMomentBeforeTheRunBeginsIsPast) {
  EXPECT_NE(refusal(R"({"at":{"step":4},"do":"play"})", 5).find("past"), std::string::npos);
  EXPECT_NE(refusal("{\"at\":{\"seconds\":2},\"do\":\"play\"}\n{\"at\":{\"seconds\":1},\"do\":\"play\"}")
                .find(":2"),
            std::string::npos);
}

TEST_F(Scripts, BehindAResetStepsBeginAnew) {
  EXPECT_EQ(read("{\"at\":{\"step\":500},\"do\":\"reset\"}\n{\"at\":{\"step\":20},\"do\":\"play\"}").size(),
            2U);
}

// ---- several lanes ----

class ScriptsOfTwoLanes : public Scripts {
 protected:
  std::vector<TimedAction> readForTwo(const std::string& text) const {
    writeText(m_folder / "s.jsonl", text);
    return readScript(m_folder / "s.jsonl", settingTables(), {{"lr=0.1", 0}, {"lr=0.2", 50}});
  }
};

TEST_F(ScriptsOfTwoLanes, ALaneHasANumberAndAName) {
  EXPECT_EQ(readForTwo("{\"at\":{\"step\":60},\"lane\":2,\"do\":\"lr\",\"value\":1}\n"
                       "{\"at\":{\"step\":70},\"lane\":\"lr=0.2\",\"do\":\"pause\"}\n"
                       "{\"at\":{\"step\":70},\"do\":\"frame\"}"),
            (std::vector<TimedAction>{
                {{60, {}}, {"lr", 1.0, 2}}, {{70, {}}, {"pause", {}, 2}}, {{70, {}}, {"frame", {}}}}));
}

TEST_F(ScriptsOfTwoLanes, AnUnknownLaneIsRefusedWithThoseThatThereAre) {
  for (const char* lane : {"3", "0", "\"lr=0.3\"", "1.5", "null"}) {
    const std::string what = refusalOf(ExitCode::badInput, [&] {
      readForTwo(std::string("{\"at\":{\"step\":60},\"lane\":") + lane + ",\"do\":\"pause\"}");
    });
    EXPECT_NE(what.find("1 \"lr=0.1\", 2 \"lr=0.2\""), std::string::npos) << lane << ": " << what;
  }
  const std::string alone = refusal(R"({"at":{"step":60},"lane":2,"do":"pause"})");
  EXPECT_NE(alone.find("1 alone"), std::string::npos) << alone;
}

// Each lane's steps go on by themselves.
TEST_F(ScriptsOfTwoLanes, MomentsOfALaneAreInOrder) {
  const std::string at60OfTheSecond = R"({"at":{"step":60},"lane":2,"do":"pause"})";
  EXPECT_EQ(readForTwo(at60OfTheSecond + "\n" + R"({"at":{"step":1},"lane":1,"do":"pause"})").size(), 2U);
  const std::string past = refusalOf(ExitCode::badInput, [&] {
    readForTwo(at60OfTheSecond + "\n" + R"({"at":{"step":59},"lane":2,"do":"pause"})");
  });
  EXPECT_NE(past.find("s.jsonl:2: step 59 is past"), std::string::npos) << past;
  EXPECT_NE(refusalOf(ExitCode::badInput, [&] { readForTwo(R"({"at":{"step":49},"lane":2,"do":"pause"})"); })
                .find("past"),
            std::string::npos);
}

TEST(ActionsOfLane, AreItsOwnAndCommandsThatAreMeantForAll) {
  const TimedAction own{{5, {}}, {"pause", {}, 2}}, others{{5, {}}, {"pause", {}, 1}};
  const TimedAction forAll{{6, {}}, {"reset", {}}}, ofTheWorld{{7, {}}, {"frame", {}}};
  const std::vector<TimedAction> all{own, others, forAll, ofTheWorld};
  EXPECT_EQ(actionsOfLane(all, 2, {{}, {}}), (std::vector<TimedAction>{own, forAll}));
  EXPECT_EQ(actionsOfLane(all, 1, {{}, {}}), (std::vector<TimedAction>{others, forAll, ofTheWorld}));
  const std::vector<ScriptedLane> secondIsAFile{{}, {"a.safetensors", 20, false}};
  EXPECT_EQ(actionsOfLane(all, 1, secondIsAFile), all) << "a lane that stands still has no steps of its own";
}

TEST(ActionsOfLane, AreWrittenWithTheirLane) {
  EXPECT_EQ(toJsonLine({{120, {}}, {"lr", 0.5, 2}}), R"({"at":{"step":120},"lane":2,"do":"lr","value":0.5})");
}

TEST(ActionsOfLane, SettingsOfATrainingAndWhatIsSelectedAreOfOneLane) {
  for (const char* name : {"lr", "batch", "select", "matrix", "hold", "fold", "layout"})
    EXPECT_TRUE(isOfOneLane(settingTables(), {name, {}})) << name;
  for (const char* name : {"edges", "theme", "example", "reset", "play", "frame", "fps"})
    EXPECT_FALSE(isOfOneLane(settingTables(), {name, {}})) << name;
}

TEST(Script, GivesEachActionOnceWhenItsMomentHasCome) {
  Script script({{{3, {}}, {"play", {}}}, {{5, {}}, {"pause", {}}}, {{{}, 2.0}, {"frame", {}}}});
  EXPECT_TRUE(script.due(2, 0, 1).empty());
  EXPECT_EQ(script.due(4, 0, 1), (ActionList{{"play", {}}}));
  EXPECT_TRUE(script.due(4, 0, 1.5).empty());
  EXPECT_TRUE(script.waitsForSeconds());
  EXPECT_EQ(script.due(9, 0, 2), (ActionList{{"frame", {}}, {"pause", {}}}));
  EXPECT_FALSE(script.waitsForSeconds());
  EXPECT_TRUE(script.due(99, 0, 99).empty());
}

TEST(Script, WaitsForTheResetsBeforeAStep) {
  Script script({{{500, {}}, {"reset", {}}}, {{20, {}}, {"play", {}}}},
                [](const TimedAction& timed) { return timed.action.name == "reset"; });
  EXPECT_TRUE(script.due(300, 0, 0).empty()) << "step 300 comes before the reset";
  EXPECT_TRUE(script.due(10, 1, 0).empty());
  EXPECT_EQ(script.due(20, 1, 0), (ActionList{{"play", {}}}));
}

// ---- replays ----

TEST(Replay, LeavesOutWhatOnlyServedTheViewerAndEndsAtTheQuit) {
  const std::vector<TimedAction> log = {{{1, {}}, {"lr", 0.5}},    {{2, {}}, {"pause", {}}},
                                        {{2, {}}, {"quit", {}}},   {{3, {}}, {"edges", "weight"}},
                                        {{4, {}}, {"record", {}}}, {{9, {}}, {"quit", {}}}};
  EXPECT_EQ(forReplay(log, 99),
            (std::vector<TimedAction>{
                {{1, {}}, {"lr", 0.5}}, {{3, {}}, {"edges", "weight"}}, {{9, {}}, {"quit", {}}}}));
}

TEST(Replay, OfARunThatWasCutOffEndsAtItsNewestWeights) {
  const std::vector<TimedAction> log = {
      {{1, {}}, {"lr", 0.5}}, {{1, {}}, {"quit", {}}}, {{3, {}}, {"lr", 0.1}}};
  EXPECT_EQ(
      forReplay(log, 60),
      (std::vector<TimedAction>{{{1, {}}, {"lr", 0.5}}, {{3, {}}, {"lr", 0.1}}, {{60, {}}, {"quit", {}}}}));
  EXPECT_EQ(forReplay(log, std::nullopt).back().action.name, "lr");
}

TEST(Replay, FliesWhereTheCameraFlew) {
  const auto path = pathFrom({{{0, {}}, {"camera", "1,2,3,0,0"}},
                              {{10, {}}, {"camera", "0,0,0,0,0"}},
                              {{10, {}}, {"camera", "5,6,7,0.5,0.25"}}},
                             0.7f);
  ASSERT_TRUE(path);
  EXPECT_EQ(path->clock(), CameraPath::Clock::steps);
  EXPECT_NEAR(path->at(0).position.y, 2, 1e-4);
  EXPECT_NEAR(path->at(10).position.z, 7, 1e-4);
  EXPECT_NEAR(path->at(10).yaw, 0.5, 1e-3);
  EXPECT_NEAR(path->at(10).pitch, 0.25, 1e-3);
  EXPECT_FALSE(pathFrom({{{1, {}}, {"lr", 0.5}}}, 0.7f));
}

}  // namespace
}  // namespace cajal::test
