// Runs that are ended from outside, and disks and encoders that fail: what there is is kept, and nothing
// hangs.
#include "tests/engine/capture/recording_fixture.h"
#include "tests/program/program.h"

#include <signal.h>
#include <unistd.h>

namespace cajal::test {
namespace {

constexpr double kSoon = 30;  // seconds; it should be one or two, and this machine may be busy

class Interrupted : public ProgramTest {
 protected:
  static std::vector<std::string> endless(std::vector<std::string> more) {
    std::vector<std::string> words = smallRun({"--steps", "1000000000"});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::uintmax_t bytesInFolder() const {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder.path())) bytes += entry.file_size();
    return bytes;
  }
};

TEST_F(Interrupted, ATrainingEndsInOrderAndKeepsItsWeights) {
  Program program(endless({"--out", "kept"}), surroundings());
  ASSERT_TRUE(program.waitUntilSaid("drawing on")) << program.errors();
  program.signal(SIGINT);
  EXPECT_EQ(program.waitFor(kSoon), 0) << program.errors();
  int checkpoints = 0;
  for (const auto& entry : std::filesystem::directory_iterator(m_folder / "kept"))
    checkpoints += entry.path().extension() == ".safetensors";
  EXPECT_EQ(checkpoints, 1);
}

// Killed at any time, what it kept last is whole, and the log is that of a run that never went further.
TEST_F(Interrupted, KilledItGoesOnFromItsLastCheckpoint) {
  for (const useconds_t delay : {0, 1'000, 7'000, 20'000}) {
    const std::string kept = "kept-" + std::to_string(delay);
    {
      Program program(endless({"--out", kept, "--checkpoint-every", "0.001"}), surroundings());
      ASSERT_TRUE(program.waitUntilSaid("weights: ")) << program.errors();
      usleep(delay);
      program.signal(SIGKILL);
      EXPECT_EQ(program.waitFor(kSoon), -SIGKILL);
    }
    const Result result = run(smallRun({"--steps", "0", "--resume", kept}));
    expectEnd(result, 0);
    EXPECT_FALSE(says(result.errors, "\n0 steps"));
    for (const auto& entry : std::filesystem::directory_iterator(m_folder / kept))
      EXPECT_FALSE(says(entry.path().string(), ".tmp")) << entry.path();
  }
}

TEST_F(Interrupted, AFilmIsFinishedAndPlays) {
  if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  for (const char* film : {"film.mkv", "film.mp4"}) {
    Program program(endless({"--record", film}), surroundings());
    ASSERT_TRUE(program.waitUntilSaid("recording")) << program.errors();
    // Until something stands on the disk; no frame at all would be a film without frames, which is another
    // test.
    for (int i = 0; i < 3000 && bytesInFolder() == 0; ++i) usleep(10'000);
    program.signal(SIGINT);
    EXPECT_EQ(program.waitFor(kSoon), 0) << program.errors();
    EXPECT_GT(frameCount(m_folder / film), 0) << film << "\n" << program.errors();
    std::filesystem::remove(m_folder / film);
    EXPECT_EQ(m_folder.count(), 0) << "something was left beside " << film;
  }
}

TEST_F(Interrupted, AskedToEndByTheSystemItDoesTheSame) {
  for (const int signal : {SIGTERM, SIGHUP}) {
    Program program(endless({}), surroundings());
    ASSERT_TRUE(program.waitUntilSaid("drawing on")) << program.errors();
    program.signal(signal);
    EXPECT_EQ(program.waitFor(kSoon), 0) << program.errors();
  }
}

TEST_F(Interrupted, RightAtTheStartItEndsToo) {
  for (const useconds_t delay : {1'000, 10'000, 30'000, 60'000, 100'000, 200'000}) {
    Program program(endless({"--record", "frames-" + std::to_string(delay) + "/"}), surroundings());
    usleep(delay);
    program.signal(SIGINT);
    const std::optional<int> code = program.waitFor(kSoon);
    // Before it listens, the signal itself ends it; nothing has begun then.
    EXPECT_TRUE(code == 0 || code == -SIGINT) << code.value_or(999) << " after " << delay << "\n"
                                              << program.errors();
  }
}

TEST_F(Interrupted, TheSecondSignalEndsItAtOnce) {
  Program program(endless({}), surroundings());
  ASSERT_TRUE(program.waitUntilSaid("drawing on")) << program.errors();
  program.signal(SIGTERM);
  program.signal(SIGINT);
  const std::optional<int> code = program.waitFor(kSoon);
  EXPECT_TRUE(code == 128 + SIGINT || code == 128 + SIGTERM || code == 0) << code.value_or(999);
}

// ---- encoders and disks ----

TEST_F(Interrupted, WithoutFfmpegAFilmBecomesAFolderOfPictures) {
  Surroundings around = surroundings();
  around.environment = {{"PATH", "/nonexistent"}};
  expectEnd(run(smallRun({"--steps", "16", "--record", "film.mkv"}), around), 0, {"ffmpeg"});
  EXPECT_FALSE(isThere("film.mkv"));
  int pictures = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(m_folder.path()))
    pictures += entry.path().extension() == ".png";
  EXPECT_EQ(pictures, 3);
}

TEST_F(Interrupted, AnEncoderThatDiesEndsTheFilmAndNotTheTraining) {
  const FakeFfmpeg dying("head -c 100000 >/dev/null; echo 'no more' >&2; exit 1");
  expectEnd(run(smallRun({"--steps", "400", "--record", "film.mkv", "--metrics", "a.jsonl"})), 4, {"\nE "});
  EXPECT_TRUE(says(readText(m_folder / "a.jsonl"), "\"step\":400"));
}

TEST_F(Interrupted, ADiskThatIsFullWhileFilmingIsSaidAndNothingHangs) {
  Surroundings around = surroundings();
  around.largestFile = 40'000;  // bytes: a few frames
  expectEnd(run(smallRun({"--steps", "400", "--size", "320x180", "--record", "frames/"}), around), 4,
            {"frames"});
}

TEST_F(Interrupted, ADiskThatIsFullForThePictureLeavesNoHalfOfIt) {
  Surroundings around = surroundings();
  around.largestFile = 4'000;
  expectEnd(run(smallRun({"--steps", "4", "--screenshot", "a.png"}), around), 4, {"a.png"});
  EXPECT_EQ(m_folder.count(), 0);
}

TEST_F(Interrupted, MetricsThatNoLongerFitAreLostAndTheRunGoesOn) {
  Surroundings around = surroundings();
  around.largestFile = 1'000;
  expectEnd(run(smallRun({"--steps", "2000", "--metrics", "a.jsonl"}), around), 0,
            {"a.jsonl", "2,000 steps"});
}

}  // namespace
}  // namespace cajal::test
