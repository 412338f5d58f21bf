// Whatever becomes of the encoder, the program goes on and the film so far plays (reliability rows E01, E03,
// E04).
#include "engine/capture/video_encoder.h"

#include "tests/engine/capture/recording_fixture.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cajal {
namespace {

using test::ChangedEnvironment;
using test::FakeFfmpeg;
using test::frameCount;
using test::kShort;
using test::noiseFrame;
using test::pushNoise;
using test::readText;
using test::realFfmpeg;
using test::Recording;
using test::TemporaryFolder;
using test::writeText;

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
  EXPECT_TRUE(test::says(summary.problem, "no progress"));
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
  EXPECT_TRUE(test::says(encoder.finish().problem, "no progress"));
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
  EXPECT_TRUE(test::says(said, "install ffmpeg"));
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
  EXPECT_TRUE(test::says(summary.problem, "no such preset"));
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
  EXPECT_TRUE(test::says(summary.problem, "signal 9"));
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
  EXPECT_TRUE(test::says(summary.problem, "pictures"));
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

}  // namespace
}  // namespace cajal
