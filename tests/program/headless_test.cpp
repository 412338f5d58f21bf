// Runs without a window: pictures, films, metrics, and that the same words give the same run.
#include "compute/formats/safetensors.h"
#include "tests/engine/capture/recording_fixture.h"
#include "tests/program/program.h"
#include "tests/support/png_reading.h"
#include "viewer/runs/run_folder.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace cajal::test {
namespace {

class Headless : public ProgramTest {
 protected:
  // Must succeed, without a word of warning and without a validation message.
  void expectDone(const std::vector<std::string>& words) {
    Surroundings around = surroundings();
    around.environment = {{"CAJAL_VALIDATION", "1"}};
    const Result result = run(words, around);
    ASSERT_EQ(result.code, 0) << result.errors;
    expectNoComplaint(result.errors);
  }

  std::vector<nlohmann::json> linesOf(const std::string& name) const {
    std::vector<nlohmann::json> lines;
    std::istringstream text(readText(m_folder / name));
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
};

std::string valueOf(const PngPicture& picture, const std::string& key) {
  for (const PngText& text : picture.text) {
    if (text.key == key) return text.value;
  }
  return "";
}

// ---- pictures ----

TEST_F(Headless, APictureHasTheSizeAndTheStepThatWereAskedFor) {
  expectDone(smallRun({"--steps", "37", "--seed", "5", "--screenshot", "a.png"}));
  const PngPicture picture = readPng(m_folder / "a.png");
  EXPECT_EQ(picture.width, 160);
  EXPECT_EQ(picture.height, 90);
  EXPECT_EQ(valueOf(picture, "step"), "37");
  EXPECT_EQ(valueOf(picture, "seed"), "5");
  EXPECT_EQ(m_folder.count(), 1);
}

TEST_F(Headless, APictureShowsSomething) {
  expectDone(smallRun({"--steps", "20", "--size", "320x180", "--screenshot", "a.png"}));
  const PngPicture picture = readPng(m_folder / "a.png");
  std::set<std::byte> values(picture.pixels.begin(), picture.pixels.end());
  EXPECT_GT(values.size(), 100U);  // a lone background has some thirty
}

TEST_F(Headless, AnEdgeOfOnePixelIsStillAPicture) {
  expectDone(smallRun({"--steps", "2", "--size", "1x1", "--screenshot", "a.png"}));
  EXPECT_EQ(readPng(m_folder / "a.png").width, 1);
}

TEST_F(Headless, TheSamePictureTwiceIsTheSameBitForBit) {
  expectDone(smallRun({"--steps", "40", "--screenshot", "a.png"}));
  expectDone(smallRun({"--steps", "40", "--screenshot", "b.png"}));
  EXPECT_TRUE(readText(m_folder / "a.png") == readText(m_folder / "b.png"));
}

TEST_F(Headless, AnotherSeedIsAnotherPicture) {
  expectDone(smallRun({"--steps", "40", "--screenshot", "a.png"}));
  expectDone(smallRun({"--steps", "40", "--seed", "2", "--screenshot", "b.png"}));
  EXPECT_TRUE(readPng(m_folder / "a.png").pixels != readPng(m_folder / "b.png").pixels);
}

// ---- films ----

TEST_F(Headless, AFilmHasAFrameForEveryFewStepsAndOneForTheStart) {
  if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  expectDone(smallRun({"--steps", "20", "--steps-per-frame", "4", "--record", "film.mkv"}));
  EXPECT_EQ(frameCount(m_folder / "film.mkv"), 1 + 20 / 4);
}

TEST_F(Headless, AFilmLastsAsManySecondsAsWereAskedFor) {
  if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  expectDone(smallRun({"--seconds", "0.5", "--fps", "30", "--record", "film.mp4"}));
  EXPECT_EQ(frameCount(m_folder / "film.mp4"), 15);
}

TEST_F(Headless, TwoFilmsOfTheSameRunAreTheSameFrameByFrame) {
  for (const char* folder : {"a/", "b/"})
    expectDone(smallRun({"--steps", "24", "--steps-per-frame", "8", "--record", folder}));
  int frames = 0;
  for (const auto& entry : std::filesystem::directory_iterator(m_folder / "a")) {
    const auto other = m_folder.path() / "b" / entry.path().filename();
    EXPECT_TRUE(readPng(entry.path()).pixels == readPng(other).pixels) << entry.path().filename();
    ++frames;
  }
  EXPECT_EQ(frames, 4);
}

TEST_F(Headless, ARunThatEndsBySecondsEndsAtTheSameStepFilmedOrNot) {
  const std::vector<std::string> common{"--seconds", "0.2", "--fps", "30", "--steps-per-frame", "5"};
  std::vector<std::string> trained = common, filmed = common;
  trained.insert(trained.end(), {"--out", "trained"});
  filmed.insert(filmed.end(), {"--out", "filmed", "--record", "frames/"});
  expectDone(smallRun(trained));
  expectDone(smallRun(filmed));
  // Six frames: the first shows step 0, the last step 25.
  EXPECT_TRUE(isThere("trained/checkpoint-25.safetensors"));
  EXPECT_TRUE(readText(m_folder / "trained/checkpoint-25.safetensors") ==
              readText(m_folder / "filmed/checkpoint-25.safetensors"));
}

TEST_F(Headless, FramesOfAFilmDiffer) {
  expectDone(smallRun({"--steps", "16", "--record", "frames/"}));
  const PngPicture first = readPng(m_folder / "frames/frame-000001.png"),
                   last = readPng(m_folder / "frames/frame-000003.png");
  EXPECT_TRUE(first.pixels != last.pixels);
}

TEST_F(Headless, ACameraPathIsFlown) {
  const char* path = R"({"keys": [{"seconds": 0, "position": [%d, 0, 60], "target": [30, 0, 0]}]})";
  for (const int x : {0, 60}) {
    char text[200];
    std::snprintf(text, sizeof text, path, x);
    writeText(m_folder / "path.json", text);
    expectDone(
        smallRun({"--steps", "4", "--camera", "path.json", "--screenshot", std::to_string(x) + ".png"}));
  }
  EXPECT_TRUE(readPng(m_folder / "0.png").pixels != readPng(m_folder / "60.png").pixels);
}

TEST_F(Headless, APictureIsTakenFromWhereItsCameraHasArrived) {
  // The frames of steps 0, 4, 8 and 12: the last is at 4/30 of a second, past the last key.
  writeText(m_folder / "path.json", R"({"keys": [
      {"seconds": 0, "position": [30, 0, 200], "target": [30, 0, 0]},
      {"seconds": 0.1, "position": [30, 0, 60], "target": [30, 0, 0]}]})");
  writeText(m_folder / "end.json",
            R"({"keys": [{"seconds": 0, "position": [30, 0, 60], "target": [30, 0, 0]}]})");
  for (const std::string name : {"path", "end"}) {
    expectDone(smallRun({"--steps", "12", "--steps-per-frame", "4", "--fps", "30", "--camera", name + ".json",
                         "--screenshot", name + ".png"}));
  }
  EXPECT_TRUE(readPng(m_folder / "path.png").pixels == readPng(m_folder / "end.png").pixels);
}

// ---- numbers ----

TEST_F(Headless, MetricsAreJsonLinesWithTheDocumentedKeys) {
  expectDone(smallRun({"--steps", "250", "--metrics", "a.jsonl"}));
  const std::vector<nlohmann::json> lines = linesOf("a.jsonl");
  ASSERT_GE(lines.size(), 3U);
  std::uint64_t last = 0;
  for (const nlohmann::json& line : lines) {
    for (const char* key : {"step", "loss", "accuracy", "test_loss", "test_accuracy", "steps_per_second",
                            "frame_ms", "fps", "edges_shown", "edges_total", "bytes_copied_per_frame"})
      EXPECT_TRUE(line.contains(key)) << key;
    EXPECT_GT(line["step"].get<std::uint64_t>(), last);
    last = line["step"];
    EXPECT_GE(line["accuracy"].get<double>(), 0);
    EXPECT_LE(line["accuracy"].get<double>(), 1);
    EXPECT_EQ(line["edges_total"].get<int>(), 2 * 8 + 8 * 8 + 8 * 2);
  }
  EXPECT_EQ(lines.front()["step"].get<int>(), 1);
}

TEST_F(Headless, ADivergedTrainingStopsAndSaysWhatToDo) {
  expectEnd(run(smallRun({"--steps", "250", "--optimizer", "sgd", "--lr", "1000000", "--activation",
                          "identity", "--out", "kept"})),
            3, {"not a number", "learning rate"});
}

TEST_F(Headless, ADivergedLossIsNullAndNotANumber) {
  expectDone(smallRun({"--steps", "250", "--optimizer", "sgd", "--lr", "1000000", "--activation", "identity",
                       "--metrics", "a.jsonl", "--on-nonfinite", "pass"}));
  EXPECT_TRUE(linesOf("a.jsonl").back()["loss"].is_null());
}

TEST_F(Headless, LossesDoNotDependOnTheNumberOfThreads) {
  const std::vector<std::string> keys{"step", "loss", "accuracy", "test_loss", "test_accuracy"};
  for (const char* threads : {"1", "2"}) {
    expectDone(smallRun({"--steps", "250", "--net", "2-64-64-2", "--threads", threads, "--metrics",
                         std::string(threads) + ".jsonl"}));
  }
  const auto one = linesOf("1.jsonl"), two = linesOf("2.jsonl");
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    for (const std::string& key : keys) EXPECT_EQ(one[i][key], two[i][key]) << "line " << i << ", " << key;
  }
}

// ---- the run's folder ----

TEST_F(Headless, AKeptRunHoldsItsConfigurationMetricsCommandsAndWeights) {
  expectDone(smallRun({"--steps", "120", "--out", "kept"}));
  for (const char* name : {"run.toml", "metrics.jsonl", "commands.jsonl", "checkpoint-120.safetensors"})
    EXPECT_TRUE(std::filesystem::exists(m_folder / "kept" / name)) << name;
  EXPECT_GE(linesOf("kept/metrics.jsonl").size(), 2U);
}

TEST_F(Headless, AKeptRunCanBeRunAgain) {
  expectDone(smallRun({"--steps", "50", "--seed", "9", "--lr", "0.02", "--out", "first"}));
  expectDone(
      {"--headless", "--backend", "cpu", "--config", "first/run.toml", "--steps", "50", "--out", "again"});
  EXPECT_TRUE(readText(m_folder / "first/checkpoint-50.safetensors") ==
              readText(m_folder / "again/checkpoint-50.safetensors"));
}

// What the file holds of the weights and biases; the moments beside them begin anew.
std::map<std::string, std::vector<float>> parametersOf(const std::filesystem::path& checkpoint) {
  const SafetensorsFile file(checkpoint);
  std::map<std::string, std::vector<float>> parameters;
  for (const SafetensorsEntry& entry : file.entries()) {
    if (entry.name.ends_with(".weight") || entry.name.ends_with(".bias"))
      parameters[entry.name] = file.copyFloats(entry);
  }
  return parameters;
}

TEST_F(Headless, WeightsThatWereKeptAreWhereTheNextRunBegins) {
  expectDone(smallRun({"--steps", "50", "--out", "first"}));
  expectDone(smallRun({"--steps", "0", "--model", "first/checkpoint-50.safetensors", "--out", "next"}));
  const auto kept = parametersOf(m_folder / "first/checkpoint-50.safetensors");
  EXPECT_EQ(kept.size(), 6u);
  EXPECT_TRUE(kept == parametersOf(m_folder / "next/checkpoint-0.safetensors"));
}

// Its configuration is the kept one: no word of it is said again.
TEST_F(Headless, AKeptRunGoesOnAsIfItHadNeverStopped) {
  const std::vector<std::string> words = {"--optimizer",      "adam", "--schedule", "cosine",
                                          "--schedule-steps", "90",   "--net",      "2-8-dropout0.2-2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), words.begin(), words.end());
    return smallRun(more);
  };
  expectDone(with({"--steps", "80", "--out", "whole"}));
  expectDone(with({"--steps", "30", "--out", "parts"}));
  for (const char* until : {"50", "80"})
    expectDone({"--headless", "--backend", "cpu", "--size", "160x90", "--steps", until, "--resume", "parts"});
  EXPECT_TRUE(readText(m_folder / "whole/checkpoint-80.safetensors") ==
              readText(m_folder / "parts/checkpoint-80.safetensors"));
}

TEST_F(Headless, AFilmOfARunThatGoesOnEndsAtTheStepToo) {
  expectDone(smallRun({"--steps", "30", "--out", "kept"}));
  expectDone(smallRun({"--steps", "50", "--resume", "kept", "--record", "frames/", "--screenshot", "a.png"}));
  EXPECT_EQ(valueOf(readPng(m_folder / "a.png"), "step"), "50");
}

TEST_F(Headless, TheLastTwoCheckpointsAreKept) {
  expectDone(smallRun({"--steps", "10", "--out", "kept"}));
  for (const char* until : {"20", "30"}) expectDone(smallRun({"--steps", until, "--resume", "kept"}));
  EXPECT_FALSE(isThere("kept/checkpoint-10.safetensors"));
  EXPECT_TRUE(isThere("kept/checkpoint-20.safetensors"));
  EXPECT_TRUE(isThere("kept/checkpoint-30.safetensors"));
}

TEST_F(Headless, NoStepsIsARunToo) {
  expectDone(smallRun({"--steps", "0", "--screenshot", "a.png", "--metrics", "a.jsonl"}));
  EXPECT_EQ(valueOf(readPng(m_folder / "a.png"), "step"), "0");
}

TEST_F(Headless, NothingIsSaidOnStandardOutput) {
  const Result result = run(smallRun({"--steps", "3"}));
  EXPECT_EQ(result.output, "");
}

TEST_F(Headless, APictureThatCannotBeWrittenCostsNoWeights) {
  std::filesystem::create_directories(m_folder / "gone");
  Program program(smallRun({"--steps", "200000", "--out", "kept", "--screenshot", path("gone/a.png")}),
                  surroundings());
  while (readText(m_folder / "kept/metrics.jsonl").empty()) ASSERT_FALSE(program.waitFor(0.01));
  std::filesystem::remove_all(m_folder / "gone");
  program.signal(SIGINT);
  EXPECT_EQ(program.waitFor(), 4) << program.errors();
  EXPECT_FALSE(checkpointsIn(m_folder / "kept").empty()) << program.errors();
}

}  // namespace
}  // namespace cajal::test
