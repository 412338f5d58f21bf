// Recording: every frame is in the film, and whatever becomes of the encoder the program goes on
// (reliability rows E01, E03, E04, E05, E06).
#include "engine/capture/video_encoder.h"

#include "engine/base/child_process.h"
#include "engine/base/error.h"
#include "tests/engine/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace cajal {
namespace {

using test::ChangedEnvironment;
using test::readText;
using test::TemporaryFolder;
using test::writeScript;
using test::writeText;

constexpr double kLong = 60.0;   // seconds; a test that waits so long has failed anyway
constexpr double kShort = 0.25;  // seconds of patience with an encoder that is known to hang

// ---- frames -----------------------------------------------------------------------------------------------

std::vector<std::byte> noiseFrame(int width, int height, std::uint32_t seed) {
  std::vector<std::byte> frame(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  for (std::byte& byte : frame) {
    seed = seed * 1664525u + 1013904223u;
    byte = static_cast<std::byte>(seed >> 24);
  }
  return frame;
}

std::vector<std::byte> plainFrame(int width, int height, std::array<std::uint8_t, 3> colour) {
  std::vector<std::byte> frame;
  for (int i = 0; i < width * height; ++i) {
    for (const std::uint8_t channel : colour) frame.push_back(static_cast<std::byte>(channel));
    frame.push_back(std::byte{0});  // a transparent frame is recorded as an opaque one
  }
  return frame;
}

void pushNoise(VideoEncoder& encoder, int width, int height, int count) {
  for (int i = 0; i < count; ++i) encoder.push(noiseFrame(width, height, static_cast<std::uint32_t>(i)));
}

// ---- programs ---------------------------------------------------------------------------------------------

std::string outputOf(const std::vector<std::string>& command, std::size_t mostBytes = 1 << 20) {
  ChildProcess child(command, mostBytes);
  child.closeInput();
  child.waitFor(kLong);
  return child.outputTail();
}

// "codec_name=h264\nwidth=64\n...nb_read_frames=20\n"; anything else if the film does not play.
std::string probe(const std::filesystem::path& film) {
  return outputOf({"ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                   "stream=codec_name,width,height,color_range,color_space,color_transfer,color_primaries,"
                   "r_frame_rate,nb_read_frames",
                   "-of", "default=nw=1", "file:" + film.string()});
}

int frameCount(const std::filesystem::path& film) {
  const std::string said = probe(film);
  const std::size_t at = said.find("nb_read_frames=");
  return at == std::string::npos ? 0 : std::atoi(said.c_str() + at + 15);
}

std::string realFfmpeg() {
  static const std::string path = [] {
    std::string found = outputOf({"sh", "-c", "command -v ffmpeg"});
    while (!found.empty() && found.back() == '\n') found.pop_back();
    return found;
  }();
  return path;
}

// A folder at the head of PATH with an `ffmpeg` that lists x264 and, asked to record, runs `body`.
class FakeFfmpeg {
 public:
  explicit FakeFfmpeg(const std::string& body)
      : m_path("PATH", m_folder.path().string() + ":" + std::getenv("PATH")) {
    writeScript(m_folder / "ffmpeg",
                "case \"$*\" in *-encoders*) echo ' V....D libx264 x'; exit 0;; esac\n" + body);
  }

 private:
  TemporaryFolder m_folder;
  ChangedEnvironment m_path;
};

class Recording : public testing::Test {
 protected:
  void SetUp() override {
    if (realFfmpeg().empty()) GTEST_SKIP() << "the ffmpeg program is not installed";
  }
  VideoOptions options(const std::string& name, int width = 64, int height = 48) const {
    return {.path = m_folder / name, .width = width, .height = height, .patience = kLong};
  }
  TemporaryFolder m_folder;
};

// ---- films that succeed -----------------------------------------------------------------------------------

class RecordingInto : public Recording, public testing::WithParamInterface<const char*> {};

TEST_P(RecordingInto, HoldsEveryFrameAndNothingElseIsLeft) {
  VideoEncoder encoder(options(GetParam()));
  pushNoise(encoder, 64, 48, 40);
  const VideoSummary summary = encoder.finish();
  EXPECT_EQ(summary.problem, "");
  EXPECT_EQ(summary.path, m_folder / GetParam());
  EXPECT_EQ(summary.frames, 40U);
  EXPECT_EQ(summary.dropped, 0U);
  EXPECT_EQ(frameCount(m_folder / GetParam()), 40);
  EXPECT_EQ(m_folder.count(), 1);
}

TEST_P(RecordingInto, SaysItsColoursAndRate) {
  VideoEncoder encoder(options(GetParam()));
  pushNoise(encoder, 64, 48, 40);
  encoder.finish();
  const std::string said = probe(m_folder / GetParam());
  for (const char* word : {"color_range=tv", "color_space=bt709", "color_transfer=bt709",
                           "color_primaries=bt709", "r_frame_rate=30/1", "width=64", "height=48"}) {
    EXPECT_NE(said.find(word), std::string::npos) << word << " in\n" << said;
  }
}

// A plain colour survives 8-bit narrow-range conversion within 2 levels a channel; crf 20 adds a few more.
TEST_P(RecordingInto, KeepsColours) {
  const std::array<std::array<std::uint8_t, 3>, 4> colours{
      {{230, 20, 20}, {20, 200, 40}, {30, 40, 220}, {128, 128, 128}}};
  for (const auto& colour : colours) {
    VideoEncoder encoder(options(GetParam()));
    for (int i = 0; i < 3; ++i) encoder.push(plainFrame(64, 48, colour));
    encoder.finish();
    const std::filesystem::path picture = m_folder / "frame.png";
    outputOf({"ffmpeg", "-v", "error", "-y", "-i", (m_folder / GetParam()).string(), "-vf",
              "scale=in_color_matrix=bt709:in_range=tv", "-frames:v", "1", "-pix_fmt", "rgb24",
              picture.string()});
    const PngPicture read = readPng(picture);
    const std::size_t middle = (24 * 64 + 32) * 4;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_NEAR(std::to_integer<int>(read.pixels[middle + channel]), colour[channel], 6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Containers, RecordingInto, testing::Values("film.mkv", "film.mp4", "film.webm"));

TEST_F(Recording, PadsOddSizesToEvenOnes) {
  for (const auto& [width, height, words] :
       {std::tuple{33, 17, "width=34\nheight=18"}, {1, 1, "width=2\nheight=2"}}) {
    VideoEncoder encoder(options("film.mkv", width, height));
    pushNoise(encoder, width, height, 4);
    EXPECT_EQ(encoder.finish().problem, "");
    const std::string said = probe(m_folder / "film.mkv");
    EXPECT_NE(said.find(words), std::string::npos) << said;
    EXPECT_NE(said.find("nb_read_frames=4"), std::string::npos) << said;
  }
}

TEST_F(Recording, CarriesMetadata) {
  VideoOptions wanted = options("film.mkv");
  wanted.metadata = {{"seed", "17"}};
  VideoEncoder encoder(wanted);
  pushNoise(encoder, 64, 48, 2);
  encoder.finish();
  const std::string said = outputOf({"ffprobe", "-v", "error", "-show_entries", "format_tags", "-of",
                                     "default=nw=1", (m_folder / "film.mkv").string()});
  EXPECT_NE(said.find("17"), std::string::npos) << said;
  EXPECT_NE(said.find("every one"), std::string::npos) << said;
}

TEST_F(Recording, TakesAnyFileName) {
  const std::string name = "-y %03d: film's.mkv";
  VideoEncoder encoder(options(name));
  pushNoise(encoder, 64, 48, 3);
  EXPECT_EQ(encoder.finish().problem, "");
  EXPECT_EQ(frameCount(m_folder / name), 3);
}

TEST_F(Recording, OfPicturesKeepsEveryPixel) {
  VideoOptions wanted = options("pictures/");
  wanted.metadata = {{"seed", "17"}};
  VideoEncoder encoder(wanted);
  pushNoise(encoder, 64, 48, 3);
  const VideoSummary summary = encoder.finish();
  EXPECT_EQ(summary.frames, 3U);
  const PngPicture last = readPng(m_folder / "pictures/frame-000003.png");
  std::vector<std::byte> pushed = noiseFrame(64, 48, 2);
  for (std::size_t i = 3; i < pushed.size(); i += 4) pushed[i] = std::byte{255};
  EXPECT_EQ(last.pixels, pushed);
  ASSERT_EQ(last.text.size(), 1U);
  EXPECT_EQ(last.text[0].value, "17");
}

TEST_F(Recording, ReplacesAnEarlierFilmOnlyWhenItIsComplete) {
  for (const char* name : {"film.mkv", "film.mp4"}) {
    writeText(m_folder / name, "an earlier film");
    VideoEncoder encoder(options(name));
    pushNoise(encoder, 64, 48, 3);
    EXPECT_EQ(readText(m_folder / name), "an earlier film");
    EXPECT_EQ(encoder.finish().problem, "");
    EXPECT_EQ(frameCount(m_folder / name), 3);
  }
  EXPECT_EQ(m_folder.count(), 2);
}

TEST_F(Recording, FinishedTwiceSaysTheSame) {
  VideoEncoder encoder(options("film.mkv"));
  pushNoise(encoder, 64, 48, 3);
  EXPECT_EQ(describe(encoder.finish()), describe(encoder.finish()));
  EXPECT_FALSE(encoder.push(noiseFrame(64, 48, 0)));
  EXPECT_FALSE(encoder.isRecording());
}

TEST_F(Recording, OfNoFramesLeavesNothing) {
  const VideoSummary summary = VideoEncoder(options("film.mkv")).finish();
  EXPECT_EQ(summary.frames, 0U);
  EXPECT_NE(summary.problem, "");
  EXPECT_EQ(m_folder.count(), 0);
}

// ---- a queue that is full ---------------------------------------------------------------------------------

TEST_F(Recording, WaitsForASlowEncoderWhenEveryFrameCounts) {
  const FakeFfmpeg slow("sleep 0.3; exec " + realFfmpeg() + " \"$@\"");
  VideoEncoder encoder(options("film.mkv"));
  pushNoise(encoder, 64, 48, 60);
  EXPECT_EQ(encoder.finish().dropped, 0U);
  EXPECT_EQ(frameCount(m_folder / "film.mkv"), 60);
}

// 256 x 256 frames are larger than a pipe, so an encoder that reads nothing never takes the first one.
TEST_F(Recording, DropsAndCountsWhenLive) {
  const FakeFfmpeg hung("exec sleep 1000");
  VideoOptions wanted = options("film.mkv", 256, 256);
  wanted.live = true;
  wanted.patience = kShort;
  VideoEncoder encoder(wanted);
  pushNoise(encoder, 256, 256, 50);
  const VideoStatistics statistics = encoder.statistics();
  EXPECT_EQ(statistics.pushed, 50U);
  EXPECT_EQ(statistics.queued, 8U);
  EXPECT_EQ(statistics.dropped, 42U);
  const VideoSummary summary = encoder.finish();
  EXPECT_EQ(summary.dropped, 50U);
  EXPECT_NE(summary.problem.find("no progress"), std::string::npos) << summary.problem;
}

TEST_F(Recording, GivesUpAnEncoderThatHangsInsteadOfWaitingForEver) {
  const FakeFfmpeg hung("kill -STOP $$");
  VideoOptions wanted = options("film.mkv", 256, 256);
  wanted.patience = kShort;
  VideoEncoder encoder(wanted);
  pushNoise(encoder, 256, 256, 10);
  EXPECT_FALSE(encoder.push(noiseFrame(256, 256, 0)));
  EXPECT_FALSE(encoder.isRecording());
  EXPECT_NE(encoder.finish().problem, "");
}

TEST_F(Recording, EndsAnEncoderThatNeverFinishes) {
  const FakeFfmpeg endless("cat > /dev/null; exec sleep 1000");
  VideoOptions wanted = options("film.mkv");
  wanted.patience = kShort;
  VideoEncoder encoder(wanted);
  pushNoise(encoder, 64, 48, 3);
  EXPECT_NE(encoder.finish().problem.find("no progress"), std::string::npos);
}

// ---- encoders that fail -----------------------------------------------------------------------------------

TEST_F(Recording, WithoutAnEncoderMakesPicturesAndSaysSoOnce) {
  const TemporaryFolder nothing;
  testing::internal::CaptureStderr();
  VideoSummary summary;
  {
    const ChangedEnvironment path("PATH", nothing.path().string());
    VideoEncoder encoder(options("film.mkv"));
    pushNoise(encoder, 64, 48, 3);
    summary = encoder.finish();
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(summary.path, m_folder / "film.frames");
  EXPECT_EQ(summary.problem, "");
  EXPECT_TRUE(std::filesystem::exists(m_folder / "film.frames/frame-000003.png"));
  EXPECT_NE(said.find("install ffmpeg"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), said.rfind('\n')) << said;
}

TEST_F(Recording, GoesOnWithoutAnEncoderThatDiesAtOnce) {
  const FakeFfmpeg broken("echo 'no such preset' >&2; exit 1");
  writeText(m_folder / "film.mkv", "an earlier film");
  testing::internal::CaptureStderr();
  VideoEncoder encoder(options("film.mkv", 256, 256));
  pushNoise(encoder, 256, 256, 30);
  const VideoSummary summary = encoder.finish();
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(summary.problem.find("no such preset"), std::string::npos) << summary.problem;
  EXPECT_EQ(summary.frames + summary.dropped, 30U);
  EXPECT_EQ(readText(m_folder / "film.mkv"), "an earlier film");
  EXPECT_EQ(m_folder.count(), 1);
  EXPECT_EQ(said.find('\n'), said.rfind('\n')) << said;
}

TEST_F(Recording, KeepsWhatAnEncoderThatStopsEarlyHasWritten) {
  const FakeFfmpeg early("case \"$*\" in *pipe:0*) head -c 983040 | " + realFfmpeg() + " \"$@\";; *) exec " +
                         realFfmpeg() + " \"$@\";; esac");
  for (const char* name : {"film.mkv", "film.mp4"}) {
    VideoEncoder encoder(options(name, 256, 96));  // 98304 bytes a frame: ten of them
    pushNoise(encoder, 256, 96, 40);
    const VideoSummary summary = encoder.finish();
    EXPECT_NE(summary.problem, "");
    EXPECT_EQ(frameCount(m_folder / name), 10);
  }
}

TEST_F(Recording, PlaysUpToWhereTheEncoderWasKilled) {
  const std::string pidFile = (m_folder / "pid").string();
  const FakeFfmpeg real("echo $$ > '" + pidFile + "'; exec " + realFfmpeg() + " \"$@\"");
  VideoEncoder encoder(options("film.mkv", 256, 256));
  const auto recorded = [&] {
    std::error_code failed;
    const auto size = std::filesystem::file_size(m_folder / "film.mkv", failed);
    return failed ? 0 : size;
  };
  for (std::uint32_t i = 0; i < 2000 && recorded() < 2'000'000; ++i) encoder.push(noiseFrame(256, 256, i));
  kill(std::stoi(readText(pidFile)), SIGKILL);
  pushNoise(encoder, 256, 256, 20);
  const VideoSummary summary = encoder.finish();
  EXPECT_NE(summary.problem.find("signal 9"), std::string::npos) << summary.problem;
  EXPECT_GT(frameCount(m_folder / "film.mkv"), 0);
}

TEST_F(Recording, IsNotBlockedByAnEncoderThatTalksWithoutEnd) {
  const FakeFfmpeg chatty("head -c 300000000 /dev/zero >&2; exec " + realFfmpeg() + " \"$@\"");
  VideoEncoder encoder(options("film.mkv"));
  pushNoise(encoder, 64, 48, 20);
  EXPECT_EQ(encoder.finish().problem, "");
  EXPECT_EQ(frameCount(m_folder / "film.mkv"), 20);
}

// A limit on the size of a file answers writes as a full disk does.
TEST_F(Recording, OnAFullDiskKeepsAFilmThatPlays) {
  const FakeFfmpeg limited("trap '' XFSZ; ulimit -f 2000; exec " + realFfmpeg() + " \"$@\"");
  VideoEncoder encoder(options("film.mkv", 256, 256));
  pushNoise(encoder, 256, 256, 120);
  const VideoSummary summary = encoder.finish();
  EXPECT_NE(summary.problem, "");
  EXPECT_GT(frameCount(summary.path), 0);
}

TEST_F(Recording, OfPicturesEndsWithAMessageWhenTheFolderIsGone) {
  VideoEncoder encoder(options("pictures/"));
  std::filesystem::remove_all(m_folder / "pictures");
  pushNoise(encoder, 64, 48, 3);
  const VideoSummary summary = encoder.finish();
  EXPECT_EQ(summary.dropped, 3U);
  EXPECT_NE(summary.problem.find("pictures"), std::string::npos) << summary.problem;
}

TEST_F(Recording, PlaysAfterWeWereKilled) {
  const pid_t program = fork();
  if (program == 0) {
    VideoEncoder encoder(options("film.mkv", 256, 256));
    pushNoise(encoder, 256, 256, 60);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(program, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  // The encoder sees the end of its input and completes the file by itself; at most the queue is lost.
  int frames = 0;
  for (int tries = 0; tries < 600 && frames < 60 - 8; ++tries) {
    usleep(100'000);
    frames = frameCount(m_folder / "film.mkv");
  }
  EXPECT_GE(frames, 60 - 8);
}

// ---- what is refused before it starts ---------------------------------------------------------------------

ExitCode refusal(const VideoOptions& options) {
  try {
    VideoEncoder encoder(options);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()), "");
    return error.exitCode();
  }
  return ExitCode::done;
}

TEST_F(Recording, RefusesSizesAndRatesThatCannotBe) {
  EXPECT_EQ(refusal(options("film.mkv", 0, 48)), ExitCode::usage);
  EXPECT_EQ(refusal(options("film.mkv", 64, 16385)), ExitCode::usage);
  VideoOptions still = options("film.mkv");
  still.fps = 0;
  EXPECT_EQ(refusal(still), ExitCode::usage);
}

TEST_F(Recording, RefusesPlacesWhereNothingCanBeWritten) {
  std::filesystem::create_symlink(m_folder / "nowhere.mkv", m_folder / "link.mkv");
  EXPECT_EQ(refusal(options("no/such/folder/film.mkv")), ExitCode::inputOutput);
  EXPECT_EQ(refusal(options("no/such/folder/")), ExitCode::inputOutput);
  EXPECT_EQ(refusal(options("link.mkv")), ExitCode::inputOutput);
  EXPECT_FALSE(std::filesystem::exists(m_folder / "nowhere.mkv"));
}

TEST_F(Recording, RefusesAFolderThatHoldsASequence) {
  std::filesystem::create_directory(m_folder / "pictures");
  writeText(m_folder / "pictures/frame-000001.png", "an earlier one");
  EXPECT_EQ(refusal(options("pictures/")), ExitCode::inputOutput);
  EXPECT_EQ(readText(m_folder / "pictures/frame-000001.png"), "an earlier one");
}

}  // namespace
}  // namespace cajal
