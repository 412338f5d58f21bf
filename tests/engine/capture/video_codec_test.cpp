// What is said to ffmpeg, without running it.
#include "engine/capture/video_codec.h"

#include "tests/engine/base/temporary_folder.h"
#include "tests/support/refusal.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cajal {
namespace {

constexpr const char* kAll = " V..... libsvtav1   AV1\n V....D libx264   H.264\n V....D libvpx-vp9   VP9\n";

bool has(const std::vector<std::string>& command, const std::string& flag, const std::string& value) {
  const auto at = std::find(command.begin(), command.end(), flag);
  return at != command.end() && at + 1 != command.end() && at[1] == value;
}

TEST(ContainerOf, FollowsTheEnding) {
  EXPECT_EQ(containerOf("a/film.mkv"), VideoContainer::matroska);
  EXPECT_EQ(containerOf("film.MP4"), VideoContainer::mp4);
  EXPECT_EQ(containerOf("film.webm"), VideoContainer::webm);
  EXPECT_EQ(containerOf("pictures/"), VideoContainer::pngFolder);
}

TEST(ContainerOf, AFolderThatIsThereMeansPictures) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(containerOf(folder.path()), VideoContainer::pngFolder);
}

TEST(ContainerOf, APathThatCannotBeFollowedIsJudgedByItsEnding) {
  EXPECT_EQ(containerOf(std::string(300, 'a') + ".mkv"), VideoContainer::matroska);
}

TEST(ContainerOf, AnotherEndingIsAUsageError) {
  test::expectRefusal(
      "film.avi", [] { containerOf("film.avi"); }, ExitCode::usage);
}

TEST(ChooseCodec, PrefersX264ThenVp9ThenAv1) {
  EXPECT_EQ(chooseCodec(kAll, VideoContainer::matroska), VideoCodec::x264);
  EXPECT_EQ(chooseCodec(" V....D libx264rgb  H.264\n V....D libvpx-vp9  VP9\n", VideoContainer::mp4),
            VideoCodec::vp9);
  EXPECT_EQ(chooseCodec(" V..... libsvtav1  AV1\n", VideoContainer::matroska), VideoCodec::av1);
  EXPECT_EQ(chooseCodec(" V..... mpeg4  MPEG-4\n", VideoContainer::matroska), VideoCodec::png);
}

TEST(ChooseCodec, WebmHoldsNoH264) {
  EXPECT_EQ(chooseCodec(kAll, VideoContainer::webm), VideoCodec::vp9);
  EXPECT_EQ(chooseCodec(" V....D libx264  H.264\n", VideoContainer::webm), VideoCodec::png);
}

TEST(RecordCommand, SpendsWhatTheProcessorHas) {
  VideoOptions options{.path = "a.mkv", .width = 8, .height = 8};
  EXPECT_TRUE(has(recordCommand(options, VideoCodec::x264, "a.mkv", 4), "-preset", "veryfast"));
  EXPECT_TRUE(has(recordCommand(options, VideoCodec::x264, "a.mkv", 2), "-preset", "superfast"));
  options.live = true;
  EXPECT_TRUE(has(recordCommand(options, VideoCodec::x264, "a.mkv", 2), "-preset", "ultrafast"));
}

TEST(RecordCommand, SaysTheRateAsItIs) {
  for (const auto& [rate, word] : {std::pair(30.0, "30"), {0.5, "0.5"}, {29.97, "29.97"}}) {
    const VideoOptions options{.path = "a.mkv", .width = 8, .height = 8, .framesPerSecond = rate};
    EXPECT_TRUE(has(recordCommand(options, VideoCodec::x264, "a.mkv", 2), "-framerate", word)) << word;
  }
}

TEST(RecordCommand, NamesAreFilesAndNeverOptions) {
  const VideoOptions options{.path = "-y.mkv", .width = 8, .height = 8};
  EXPECT_EQ(recordCommand(options, VideoCodec::x264, "-y.mkv", 2).back(), "file:-y.mkv");
  EXPECT_EQ(remuxCommand("-a.mkv", "-b.mp4").back(), "file:-b.mp4");
}

}  // namespace
}  // namespace cajal
