// The program in a window on a display of our own, used as a user uses it: keys, mouse, resizing, closing.
#include "compute/formats/safetensors.h"
#include "tests/engine/capture/recording_fixture.h"
#include "tests/program/program.h"
#include "tests/support/png_reading.h"
#include "tests/support/vulkan/virtual_display.h"
#include "viewer/runs/run_folder.h"

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

namespace cajal::test {
namespace {

constexpr double kSoon = 60;  // seconds; it should be one or two, and this machine may be busy

class InAWindow : public ProgramTest {
 protected:
  void SetUp() override {
    if (outputOf({"sh", "-c", "command -v xdotool"}).empty())
      GTEST_SKIP() << "xdotool is not installed, so NOBODY USES THE WINDOW: install xdotool";
    m_display = VirtualDisplay::start();
    if (!m_display) GTEST_SKIP() << "Xvfb is not installed, so NO WINDOW IS TESTED: install xvfb";
  }

  void start(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"--data", "xor", "--backend", "cpu", "--size", "900x600", "--out", "kept"};
    words.insert(words.end(), more.begin(), more.end());
    Surroundings around = surroundings();
    around.withoutVariables = {"WAYLAND_DISPLAY"};
    around.environment = {{"CAJAL_VALIDATION", "1"}};
    m_program = std::make_unique<Program>(words, around);
  }

  // Starts it and waits until its window is there and training has begun.
  void open(const std::vector<std::string>& more = {}) {
    start(more);
    m_window = use({"search", "--sync", "--onlyvisible", "--name", "Cajal"});
    m_window = m_window.substr(0, m_window.find('\n'));
    ASSERT_FALSE(m_window.empty()) << m_program->errors();
    use({"windowfocus", "--sync", m_window});
    ASSERT_TRUE(waitUntil([this] { return !kept("metrics.jsonl").empty(); })) << m_program->errors();
  }

  static std::string use(std::vector<std::string> words) {
    words.insert(words.begin(), {"timeout", "20", "xdotool"});
    return outputOf(words);
  }
  static void press(const std::string& key) {
    use({"keydown", key, "sleep", "0.06", "keyup", key, "sleep", "0.06"});
  }

  void close() {
    press("Escape");
    expectGoodEnd();
  }
  // Ended in order: exit code 0, nothing to complain about.
  void expectGoodEnd() {
    EXPECT_EQ(m_program->waitFor(kSoon), 0) << m_program->errors();
    for (const char* complaint : {"\nE ", "VUID", "Validation"})
      EXPECT_FALSE(says("\n" + m_program->errors(), complaint));
  }

  template <typename Condition>
  static bool waitUntil(Condition&& condition) {
    return test::waitUntil(kSoon, condition);
  }

  std::string kept(const std::string& name) const { return readText(m_folder / "kept" / name); }
  // Of the last point of the curves; they come every hundred steps.
  std::uint64_t lastStep() const {
    std::istringstream lines(kept("metrics.jsonl"));
    std::uint64_t step = 0;
    for (std::string line; std::getline(lines, line);) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      if (!json.is_discarded()) step = json["step"];
    }
    return step;
  }
  std::filesystem::path findFile(const std::string& ending) const {
    for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) {
      if (entry.path().extension() == ending) return entry.path();
    }
    return {};
  }

  std::unique_ptr<VirtualDisplay> m_display;
  std::unique_ptr<Program> m_program;
  std::string m_window;
};

TEST_F(InAWindow, EscapeClosesIt) {
  open();
  close();
}

// An hour of training is not lost by one key.
TEST_F(InAWindow, AQuitAsksFirstWhereNobodyKeepsTheWeights) {
  std::filesystem::create_directories(m_folder / "kept");
  open({"--out", "", "--metrics", "kept/metrics.jsonl"});
  press("Escape");
  EXPECT_FALSE(m_program->waitFor(1)) << "it has ended without a question";
  EXPECT_TRUE(waitUntil([this] {
    press("Return");
    return m_program->waitFor(0).has_value();
  }));
  expectGoodEnd();
}

TEST_F(InAWindow, ItEndsByItselfAfterTheStepsThatWereAskedFor) {
  start({"--steps", "300"});
  expectGoodEnd();
  EXPECT_TRUE(isThere("kept/checkpoint-300.safetensors"));
}

// Whoever looks changes nothing: panels, pictures, the pace of the frames.
TEST_F(InAWindow, ItTrainsTheSameWeightsAsARunThatNobodySees) {
  start({"--steps", "700", "--threads", "2"});
  expectGoodEnd();
  expectEnd(run(smallRun({"--steps", "700", "--out", "unseen"})), 0);
  EXPECT_TRUE(kept("checkpoint-700.safetensors") == readText(m_folder / "unseen/checkpoint-700.safetensors"));
}

TEST_F(InAWindow, SpacePausesAndPlays) {
  open();
  press("space");
  std::uint64_t paused = 0;
  EXPECT_TRUE(waitUntil([&] {
    paused = lastStep();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));  // thousands of steps, if it were running
    return lastStep() == paused;
  }));
  press("space");
  EXPECT_TRUE(waitUntil([&] { return lastStep() > paused + 100; }));
  close();
}

TEST_F(InAWindow, PTakesAPictureOfTheWholeWindow) {
  open();
  press("p");
  ASSERT_TRUE(waitUntil([this] { return !findFile(".png").empty(); }));
  const PngPicture picture = readPng(findFile(".png"));
  EXPECT_EQ(picture.width, 900);
  EXPECT_EQ(picture.height, 600);
  EXPECT_GT(std::set(picture.pixels.begin(), picture.pixels.end()).size(), 100U);
  close();
}

TEST_F(InAWindow, EveryKeyIsHarmless) {
  open();
  for (const char* key :
       {"n",      "h",           "Tab",          "w", "a", "s", "d", "q", "e",   "Up",  "Left", "f",
        "period", "bracketleft", "bracketright", "1", "2", "3", "4", "5", "F11", "F11", "Tab",  "h",
        "z",      "F5",          "comma"})
    press(key);
  EXPECT_FALSE(m_program->waitFor(0)) << "it has ended: " << m_program->errors();
  close();
}

TEST_F(InAWindow, ItFollowsEverySize) {
  open();
  for (const auto& [width, height] :
       {std::pair("300", "200"), {"1600", "900"}, {"1", "1"}, {"64", "700"}, {"801", "601"}})
    use({"windowsize", "--sync", m_window, width, height, "sleep", "0.2"});
  press("p");
  ASSERT_TRUE(waitUntil([this] { return !findFile(".png").empty(); }));
  EXPECT_EQ(readPng(findFile(".png")).width, 801);
  close();
}

TEST_F(InAWindow, UnmappedAndMappedAgainItGoesOn) {
  open();
  use({"windowunmap", "--sync", m_window, "sleep", "0.3", "windowmap", "--sync", m_window, "windowfocus",
       m_window, "sleep", "0.2"});
  const std::uint64_t step = lastStep();
  EXPECT_TRUE(waitUntil([&] { return lastStep() > step; }));
  close();
}

TEST_F(InAWindow, DraggingTheLearningRateIsLoggedAsACommand) {
  open();
  // The slider's row is found by trying, from below: a list that is opened on the way hangs down from its
  // row.
  const auto isLogged = [this] { return kept("commands.jsonl").find("\"lr\"") != std::string::npos; };
  // On a busy machine a frame may take longer than a gesture: then the same more slowly.
  for (const char* pause : {"0.1", "0.4", "1"}) {
    for (int y = 200; y > 60 && !isLogged(); y -= 7) {
      const std::string row = std::to_string(y);
      use({"mousemove", "40",        row,   "sleep",   pause,   "mousedown", "1",         "sleep",
           pause,       "mousemove", "90",  row,       "sleep", pause,       "mousemove", "140",
           row,         "sleep",     pause, "mouseup", "1",     "sleep",     pause});
    }
  }
  EXPECT_TRUE(waitUntil(isLogged)) << kept("commands.jsonl");
  close();
  EXPECT_FALSE(says(kept("commands.jsonl"), "reset")) << "no slider resets the network";
}

// Panels and keys concern the lane that is selected, and a click selects the lane that it meets.
TEST_F(InAWindow, WhatIsChangedIsThatOfTheSelectedLaneAlone) {
  open({"--lane", "lr=0.05"});
  const auto isIn = [this](const char* log, const char* what) {
    return kept(log).find(what) != std::string::npos;
  };
  press("n");
  for (const char* pause : {"0.1", "0.4", "1"}) {
    for (int y = 206; y > 130 && !isIn("lane-2/commands.jsonl", "\"lr\""); y -= 7) {
      const std::string row = std::to_string(y);
      use({"mousemove", "40", row, "sleep", pause, "mousedown", "1", "sleep", pause, "mousemove", "140", row,
           "sleep", pause, "mouseup", "1", "sleep", pause});
    }
  }
  EXPECT_TRUE(waitUntil([&] { return isIn("lane-2/commands.jsonl", "\"lr\""); }));
  press("n");
  // The second network stands at the right; where its matrices hang is found by trying.
  const auto isHeld = [&] { return isIn("lane-2/commands.jsonl", "\"matrix\""); };
  for (int y = 310; y < 400 && !isHeld(); y += 13) {
    for (int x = 690; x < 840 && !isHeld(); x += 11)
      use({"mousemove", std::to_string(x), std::to_string(y), "click", "1"});
  }
  EXPECT_TRUE(waitUntil(isHeld)) << kept("commands.jsonl") << kept("lane-2/commands.jsonl");
  press("Escape");
  expectGoodEnd();
  EXPECT_FALSE(isIn("commands.jsonl", "\"lr\"")) << kept("commands.jsonl");
  EXPECT_FALSE(isIn("commands.jsonl", "\"matrix\"")) << kept("commands.jsonl");
}

// Whatever was done while it ran freely: the log is a script, and makes the same weights again.
TEST_F(InAWindow, WhatWasDoneInAWindowIsReplayedWithTheSameBits) {
  open();
  for (int round = 0; round < 3; ++round) {
    for (const char* key : {"2", "f", "w", "l", "bracketright", "space", "period", "space", "1"}) press(key);
    for (int y = 90; y < 210; y += 20) {
      const std::string row = std::to_string(y);
      use({"mousemove", "40", row, "sleep", "0.1", "mousedown", "1", "sleep", "0.1", "mousemove",
           std::to_string(60 + 20 * round), row, "sleep", "0.1", "mouseup", "1", "sleep", "0.1"});
    }
    use({"keydown", "ctrl", "key", "z", "keyup", "ctrl", "sleep", "0.1"});
  }
  // Reset: on a busy machine a frame may take longer than a click.
  EXPECT_TRUE(waitUntil([this] {
    use({"mousemove", "250", "17", "sleep", "0.2", "mousedown", "1", "sleep", "0.2", "mouseup", "1", "sleep",
         "0.3"});
    return kept("commands.jsonl").find("\"reset\"") != std::string::npos;
  }));
  press("2");
  m_program->signal(SIGINT);
  expectGoodEnd();
  ASSERT_TRUE(says(kept("commands.jsonl"), "\"reset\""));
  const Result again =
      run({"replay", "kept", "--headless", "--backend", "cpu", "--size", "160x90", "--out", "again"});
  ASSERT_EQ(again.code, 0) << again.errors << kept("commands.jsonl");
  std::vector<std::string> weights;
  for (const char* folder : {"kept", "again"}) {
    const auto checkpoints = checkpointsIn(m_folder / folder);
    ASSERT_FALSE(checkpoints.empty()) << folder;
    const std::filesystem::path newest = checkpoints.back();
    for (const SafetensorsFile file(newest); const SafetensorsEntry& entry : file.entries()) {
      const std::vector<float> values = file.copyFloats(entry);
      weights.emplace_back(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    }
    weights.push_back(newest.filename().string());
  }
  ASSERT_EQ(weights.size() % 2, 0U);
  const auto half = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
  EXPECT_TRUE(std::equal(weights.begin(), half, half)) << kept("commands.jsonl");
}

TEST_F(InAWindow, ALiveFilmIsKept) {
  if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  open();
  press("r");
  ASSERT_TRUE(m_program->waitUntilSaid("recording"));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  press("r");
  ASSERT_TRUE(waitUntil([this] { return !findFile(".mkv").empty(); }));
  close();
  EXPECT_GT(frameCount(findFile(".mkv")), 0);
}

TEST_F(InAWindow, ADisplayThatGoesAwayEndsItInOrder) {
  if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  open({"--record", "film.mkv"});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  m_display->pullOut();
  // Ended by itself, neither hanging nor killed by a signal.
  EXPECT_EQ(m_program->waitFor(kSoon), 0) << m_program->errors();
  EXPECT_TRUE(says(m_program->errors(), "display"));
  EXPECT_FALSE(says(m_program->errors(), "a bug of ours"));
  EXPECT_GT(frameCount(m_folder / "film.mkv"), 0);
  EXPECT_FALSE(kept("metrics.jsonl").empty());
}

}  // namespace
}  // namespace cajal::test
