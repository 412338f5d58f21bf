// Recording: every frame is in the film, in its colours, and nothing else is touched (reliability rows E05,
// E06).
#include "engine/capture/video_encoder.h"

#include "tests/engine/capture/recording_fixture.h"
#include "tests/support/png_reading.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cajal {
namespace {

using test::frameCount;
using test::noiseFrame;
using test::outputOf;
using test::plainFrame;
using test::PngPicture;
using test::probe;
using test::pushNoise;
using test::readPng;
using test::readText;
using test::Recording;
using test::seconds;
using test::writeText;

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
    EXPECT_TRUE(test::says(said, word));
  }
}

// Matroska and WebM keep times in whole milliseconds.
TEST_P(RecordingInto, LastsAsLongAsABrokenRateSays) {
  for (const auto& [rate, frames] : {std::pair(0.5, 4), {29.97, 40}}) {
    VideoOptions slow = options(GetParam());
    slow.framesPerSecond = rate;
    VideoEncoder encoder(slow);
    pushNoise(encoder, 64, 48, frames);
    const VideoSummary summary = encoder.finish();
    EXPECT_DOUBLE_EQ(summary.seconds, frames / rate);
    EXPECT_NEAR(seconds(m_folder / GetParam()), frames / rate, 0.001) << rate;
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
    EXPECT_TRUE(test::says(said, words));
    EXPECT_TRUE(test::says(said, "nb_read_frames=4"));
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
  EXPECT_TRUE(test::says(said, "17"));
  EXPECT_TRUE(test::says(said, "every one"));
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

// ---- what is refused before it starts ---------------------------------------------------------------------

void expectRefused(const VideoOptions& options, ExitCode code) {
  test::expectRefusal(
      "", [&] { VideoEncoder encoder(options); }, code);
}

TEST_F(Recording, RefusesSizesAndRatesThatCannotBe) {
  expectRefused(options("film.mkv", 0, 48), ExitCode::usage);
  expectRefused(options("film.mkv", 64, 16385), ExitCode::usage);
  VideoOptions still = options("film.mkv");
  for (const double rate : {0.0, -30.0, 1001.0, std::nan("")}) {
    still.framesPerSecond = rate;
    expectRefused(still, ExitCode::usage);
  }
}

TEST_F(Recording, RefusesPlacesWhereNothingCanBeWritten) {
  std::filesystem::create_symlink(m_folder / "nowhere.mkv", m_folder / "link.mkv");
  expectRefused(options("no/such/folder/film.mkv"), ExitCode::inputOutput);
  expectRefused(options("no/such/folder/"), ExitCode::inputOutput);
  expectRefused(options("link.mkv"), ExitCode::inputOutput);
  EXPECT_FALSE(std::filesystem::exists(m_folder / "nowhere.mkv"));
}

TEST_F(Recording, RefusesAFolderThatHoldsASequence) {
  std::filesystem::create_directory(m_folder / "pictures");
  writeText(m_folder / "pictures/frame-000001.png", "an earlier one");
  expectRefused(options("pictures/"), ExitCode::inputOutput);
  EXPECT_EQ(readText(m_folder / "pictures/frame-000001.png"), "an earlier one");
}

}  // namespace
}  // namespace cajal
