// Scripts and replays of the built program: a run that was steered is made again with the same bits.
#include <nlohmann/json.hpp>

#include "compute/formats/safetensors.h"
#include "tests/program/program.h"

namespace cajal::test {
namespace {

class Replays : public ProgramTest {
 protected:
  std::string script(const std::string& lines) const {
    writeText(m_folder / "script.jsonl", lines);
    return path("script.jsonl");
  }
  void train(std::vector<std::string> more) const { expectEnd(run(smallRun(std::move(more))), 0); }
  void replay(const std::string& folder, std::vector<std::string> more) const {
    std::vector<std::string> words = {"replay", folder, "--headless", "--backend", "cpu", "--size", "160x90"};
    words.insert(words.end(), more.begin(), more.end());
    expectEnd(run(words), 0);
  }
  // All tensors of the one checkpoint of this step, as bytes of the file behind its header.
  std::vector<std::vector<float>> weights(const std::string& folder, int step) const {
    const SafetensorsFile file(m_folder / folder / ("checkpoint-" + std::to_string(step) + ".safetensors"));
    std::vector<std::vector<float>> values;
    for (const SafetensorsEntry& entry : file.entries()) values.push_back(file.copyFloats(entry));
    return values;
  }

  // Every kind of command, a reset, and what only the eye sees.
  const std::string m_lines = R"({"at":{"step":10},"do":"lr","value":0.02}
{"at":{"step":20},"do":"edges","value":"weight"}
{"at":{"step":30},"do":"optimizer","value":"sgd"}
{"at":{"step":31},"do":"batch","value":16}
{"at":{"step":45},"do":"schedule","value":"cosine"}
{"at":{"step":50},"do":"average","value":0.9}
{"at":{"step":61},"do":"clip-norm","value":0.5}
{"at":{"step":70},"do":"reset"}
{"at":{"step":5},"do":"optimizer","value":"lion"}
{"at":{"step":17},"do":"weight-decay","value":0.1}
{"at":{"step":83},"do":"quit"}
)";
};

TEST_F(Replays, AScriptedRunEndsAtItsQuitAndIsReplayedWithTheSameBits) {
  train({"--script", script(m_lines), "--out", "first"});
  replay("first", {"--out", "again"});
  EXPECT_EQ(weights("again", 83), weights("first", 83));
}

TEST_F(Replays, AFilmOfAReplayChangesNoBit) {
  train({"--script", script(m_lines), "--out", "first"});
  replay("first", {"--out", "again", "--record", path("film/"), "--theme", "light", "--steps-per-frame", "7",
                   "--layout", "ring"});
  EXPECT_EQ(weights("again", 83), weights("first", 83));
}

TEST_F(Replays, ARunThatWasTakenUpAgainIsReplayedAsOne) {
  train({"--script", script(m_lines.substr(0, m_lines.find("{\"at\":{\"step\":45}"))), "--steps", "40",
         "--out", "first"});
  train({"--resume", "first", "--lr", "0.5", "--steps", "60"});
  replay("first", {"--out", "again"});
  EXPECT_EQ(weights("again", 60), weights("first", 60));
}

TEST_F(Replays, AFolderThatWasMovedIsReplayedFromElsewhere) {
  train({"--steps", "20", "--out", "first"});
  std::filesystem::create_directories(m_folder / "deep/er");
  std::filesystem::rename(m_folder / "first", m_folder / "deep/er/moved");
  Surroundings elsewhere = surroundings();
  elsewhere.folder = m_folder / "deep";
  expectEnd(run({"replay", "er/moved", "--headless", "--backend", "cpu", "--size", "160x90", "--out",
                 path("again")},
                elsewhere),
            0);
  EXPECT_EQ(weights("again", 20), weights("deep/er/moved", 20));
}

TEST_F(Replays, ALogOfAnOlderVersionIsReplayed) {
  train({"--steps", "20", "--out", "first"});
  writeText(m_folder / "first/commands.jsonl",
            "{\"step\":5,\"command\":\"set_learning_rate\",\"value\":0.5}\n");
  std::string kept = readText(m_folder / "first/run.toml");
  kept.erase(kept.find("format = 2\n"), std::string("format = 2\n").size());
  writeText(m_folder / "first/run.toml", kept);
  replay("first", {"--out", "again"});
  train({"--script", script("{\"at\":{\"step\":5},\"do\":\"lr\",\"value\":0.5}\n"), "--steps", "20", "--out",
         "same"});
  EXPECT_EQ(weights("again", 20), weights("same", 20));
}

TEST_F(Replays, PicturesOfAScriptSayTheStepThatTheyShow) {
  train({"--script", script(R"({"at":{"step":16},"do":"screenshot","value":"a.png"})"), "--steps", "40",
         "--steps-per-frame", "8"});
  EXPECT_TRUE(says(readText(m_folder / "a.png"), std::string("step\0\0\0\0\0", 9) + "16"));
}

TEST_F(Replays, AWrongScriptIsRefusedBeforeTheFirstStep) {
  expectEnd(run(smallRun({"--script", script("\n{\"at\":{\"step\":3},\"do\":\"select\",\"value\":\"9:0\"}"),
                          "--out", "first", "--steps", "10"})),
            3, {"script.jsonl:2: "});
  EXPECT_FALSE(isThere("first/checkpoint-10.safetensors"));
}

// ---- folders that hold a run ----

TEST_F(Replays, ANewRunNeverMixesWithAnOldOnesFiles) {
  train({"--steps", "20", "--out", "first"});
  expectEnd(run(smallRun({"--steps", "10", "--out", "first"})), 2, {"--resume first", "--replace"});
  EXPECT_TRUE(isThere("first/checkpoint-20.safetensors"));
  train({"--steps", "10", "--out", "first", "--replace"});
  EXPECT_FALSE(isThere("first/checkpoint-20.safetensors"));
  EXPECT_TRUE(isThere("first/checkpoint-10.safetensors"));
}

TEST_F(Replays, AFolderWithoutARunSaysSo) {
  expectEnd(run({"replay", "nowhere", "--headless"}), 4, {"nowhere"});
}

}  // namespace
}  // namespace cajal::test
