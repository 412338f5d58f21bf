// Several networks beside each other, in the built program.
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "compute/formats/safetensors.h"
#include "tests/program/program.h"
#include "tests/support/png_reading.h"
#include "viewer/runs/run_folder.h"

namespace cajal::test {
namespace {

class Lanes : public ProgramTest {
 protected:
  Result train(std::vector<std::string> more, int code = 0) const {
    Result result = run(smallRun(std::move(more)));
    EXPECT_EQ(result.code, code) << result.errors;
    return result;
  }
  std::vector<std::vector<float>> weights(const std::string& folder) const {
    const auto checkpoints = checkpointsIn(m_folder / folder);
    if (checkpoints.empty()) return {};
    const SafetensorsFile file(checkpoints.back());
    std::vector<std::vector<float>> values;
    for (const SafetensorsEntry& entry : file.entries()) values.push_back(file.copyFloats(entry));
    return values;
  }
  std::vector<nlohmann::json> lines(const std::string& file) const {
    std::vector<nlohmann::json> all;
    std::istringstream text(readText(m_folder / file));
    for (std::string line; std::getline(text, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
};

// A lane is the run that it would be alone, to the last bit, with pictures and without.
TEST_F(Lanes, EachEndsWithTheBitsThatItHasAlone) {
  train({"--steps", "60", "--out", "one"});
  train({"--steps", "60", "--lr", "0.05", "--out", "two"});
  train({"--steps", "60", "--optimizer", "sgd", "--lr", "0.1", "--seed", "4", "--data-seed", "1", "--out",
         "three"});
  for (const std::vector<std::string>& drawing :
       {std::vector<std::string>{"--out", "unseen"},
        {"--out", "filmed", "--record", path("film/"), "--steps-per-frame", "7"}}) {
    std::vector<std::string> words{"--steps", "60",     "--lane",
                                   "lr=0.05", "--lane", "optimizer=sgd,lr=0.1,seed=4"};
    words.insert(words.end(), drawing.begin(), drawing.end());
    train(words);
    const std::string folder = drawing[1];
    ASSERT_FALSE(weights(folder).empty());
    EXPECT_EQ(weights(folder), weights("one"));
    EXPECT_EQ(weights(folder + "/lane-2"), weights("two"));
    EXPECT_EQ(weights(folder + "/lane-3"), weights("three"));
  }
}

TEST_F(Lanes, OneFileHasTheMetricsOfAllWithTheirNames) {
  train({"--steps", "40", "--lane", "lr=0.05", "--metrics", path("m.jsonl"), "--out", "kept"});
  std::map<std::string, std::set<std::uint64_t>> steps;
  for (const auto& line : lines("m.jsonl")) steps[line["lane"]].insert(line["step"].get<std::uint64_t>());
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps["lr=0.001"], steps["lr=0.05"]);
  std::size_t points = 0;
  for (const char* folder : {"kept/metrics.jsonl", "kept/lane-2/metrics.jsonl"})
    points += lines(folder).size();
  EXPECT_EQ(points, lines("m.jsonl").size()) << "each folder has its own alone";
}

// One that diverges says so, and the others are what they would have been.
TEST_F(Lanes, OneThatHaltsLeavesTheOthersAlone) {
  train({"--steps", "60", "--out", "alone"});
  const Result result =
      train({"--steps", "60", "--lane", "optimizer=sgd,lr=1000000,loss=mse,output-activation=identity",
             "--out", "kept", "--screenshot", path("s.png")},
            3);
  EXPECT_NE(result.errors.find("lane optimizer=sgd,lr=1000000"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("Lower the learning rate"), std::string::npos) << result.errors;
  EXPECT_EQ(weights("kept"), weights("alone"));
  EXPECT_TRUE(std::filesystem::exists(m_folder / "s.png"));
}

// Weights from a file are shown beside a live run. Their files stay as they are, and they add no metrics.
TEST_F(Lanes, AKeptRunAndAFileStandBesideALiveOne) {
  train({"--steps", "60", "--out", "kept"});
  std::filesystem::copy_file(m_folder / "kept/checkpoint-60.safetensors", m_folder / "old.safetensors");
  const std::string before = readText(m_folder / "kept/checkpoint-60.safetensors");
  const Result result = train({"--steps", "30", "--lane", "kept", "--lane", "old.safetensors", "--record",
                               path("film/"), "--metrics", path("m.jsonl")});
  EXPECT_NE(result.errors.find("kept: 60 steps"), std::string::npos) << result.errors;
  const auto points = lines("m.jsonl");
  ASSERT_FALSE(points.empty());
  for (const auto& line : points) EXPECT_EQ(line["lane"], "this run") << "files have no new points";
  EXPECT_EQ(readText(m_folder / "kept/checkpoint-60.safetensors"), before);
  EXPECT_EQ(checkpointsIn(m_folder / "kept").size(), 1U);
}

TEST_F(Lanes, ARunWithLanesIsReplayedAndGoesOnWithTheSameBits) {
  writeText(m_folder / "script.jsonl",
            "{\"at\":{\"step\":10},\"lane\":2,\"do\":\"lr\",\"value\":0.3}\n"
            "{\"at\":{\"step\":12},\"do\":\"batch\",\"value\":16}\n"
            "{\"at\":{\"step\":20},\"lane\":\"lr=0.05\",\"do\":\"reset\"}\n"
            "{\"at\":{\"step\":40},\"lane\":1,\"do\":\"weight-decay\",\"value\":0.1}\n");
  const std::vector<std::string> lanes{"--lane", "lr=0.05", "--script", "script.jsonl", "--steps"};
  std::vector<std::string> whole = lanes, part = lanes;
  whole.insert(whole.end(), {"80", "--out", "whole"});
  part.insert(part.end(), {"50", "--out", "part"});
  train(whole);
  train({"--lane", "lr=0.05", "--steps", "80", "--out", "unsteered"});
  const Result replayed =
      run({"replay", "whole", "--headless", "--backend", "cpu", "--size", "160x90", "--out", "again"});
  ASSERT_EQ(replayed.code, 0) << replayed.errors;
  train(part);
  train({"--resume", "part", "--steps", "80"});
  for (const char* lane : {"", "/lane-2"}) {
    ASSERT_FALSE(weights(std::string("whole") + lane).empty());
    EXPECT_NE(weights(std::string("whole") + lane), weights(std::string("unsteered") + lane))
        << "the script has changed nothing";
    EXPECT_EQ(weights(std::string("again") + lane), weights(std::string("whole") + lane)) << lane;
    EXPECT_EQ(weights(std::string("part") + lane), weights(std::string("whole") + lane)) << lane;
  }
  // A lane's folder is a run by itself.
  const Result alone =
      run({"replay", "whole/lane-2", "--headless", "--backend", "cpu", "--size", "160x90", "--out", "alone"});
  ASSERT_EQ(alone.code, 0) << alone.errors;
  EXPECT_EQ(weights("alone"), weights("whole/lane-2"));
}

// A lane stops exactly where a script says, independently of the other lane, with pictures and without.
TEST_F(Lanes, APauseAndAQuitComeToEachLaneAtItsOwnStep) {
  struct Case {
    const char* script;
    std::uint64_t first, second;
  };
  const Case cases[] = {
      {R"({"at":{"step":50},"do":"quit"})", 50, 50},
      {R"({"at":{"step":50},"do":"pause"})", 50, 50},
      {R"({"at":{"step":50},"lane":2,"do":"pause"})", 120, 50},
      {R"({"at":{"step":50},"lane":1,"do":"pause"})", 50, 120},
      {R"({"at":{"step":50},"lane":2,"do":"quit"})", 120, 50},
  };
  int number = 0;
  for (const Case& one : cases) {
    for (const bool isFilmed : {false, true}) {
      SCOPED_TRACE(std::string(one.script) + (isFilmed ? " filmed" : ""));
      writeText(m_folder / "script.jsonl", one.script);
      const std::string out = "kept" + std::to_string(number++);
      std::vector<std::string> words{"--steps",  "120",          "--lane", "lr=0.05",
                                     "--script", "script.jsonl", "--out",  out};
      if (isFilmed) words.insert(words.end(), {"--record", path(out + "film/"), "--steps-per-frame", "20"});
      train(words);
      EXPECT_EQ(newestCheckpointStep(m_folder / out), one.first);
      EXPECT_EQ(newestCheckpointStep(m_folder / out / "lane-2"), one.second);
    }
  }
}

// A run that goes on has the lanes that it had: another setting would be a name that is not true.
TEST_F(Lanes, ARunThatGoesOnTakesNoOtherLanes) {
  train({"--steps", "20", "--lane", "lr=0.05", "--out", "kept"});
  const Result other = train({"--resume", "kept", "--steps", "30", "--lane", "lr=0.5"}, 2);
  EXPECT_NE(other.errors.find("--lane"), std::string::npos) << other.errors;
  std::filesystem::remove_all(m_folder / "kept/lane-2");
  const Result gone = train({"--resume", "kept", "--steps", "30"});
  EXPECT_NE(gone.errors.find("lane-2"), std::string::npos) << "a lane whose run is gone: " << gone.errors;
  EXPECT_FALSE(std::filesystem::exists(m_folder / "kept/lane-2"));
}

TEST_F(Lanes, NothingThatIsTrainedIsAskedOfAFile) {
  train({"--steps", "20", "--out", "kept"});
  for (const char* action :
       {R"("do":"lr","value":0.3)", R"("do":"reset")", R"("do":"pause")", R"("do":"quit")"}) {
    writeText(m_folder / "script.jsonl", std::string(R"({"at":{"step":5},"lane":2,)") + action + "}");
    const Result result = train({"--steps", "20", "--lane", "kept", "--script", "script.jsonl"}, 3);
    EXPECT_NE(result.errors.find("is a file, where nothing is trained"), std::string::npos) << result.errors;
  }
}

TEST_F(Lanes, ANewRunTakesTheFoldersOfAllLanes) {
  train({"--steps", "20", "--lane", "lr=0.05", "--lane", "lr=0.5", "--out", "kept"});
  EXPECT_EQ(run(smallRun({"--steps", "20", "--lane", "lr=0.05", "--out", "kept"})).code, 2);
  train({"--steps", "10", "--out", "kept", "--replace"});
  EXPECT_FALSE(std::filesystem::exists(m_folder / "kept/lane-2"));
  EXPECT_FALSE(std::filesystem::exists(m_folder / "kept/lane-3"));
}

TEST_F(Lanes, AnUnknownLaneInAScriptIsRefusedBeforeTheFirstStep) {
  writeText(m_folder / "script.jsonl", R"({"at":{"step":10},"lane":"lr=7","do":"lr","value":0.3})");
  const Result result =
      train({"--lane", "lr=0.05", "--script", "script.jsonl", "--steps", "20", "--out", "kept"}, 3);
  EXPECT_NE(result.errors.find("script.jsonl:1: "), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("2 \"lr=0.05\""), std::string::npos) << result.errors;
}

}  // namespace
}  // namespace cajal::test
