#include "engine/capture/video_codec.h"

#include "engine/base/error.h"
#include "engine/base/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace cajal {
namespace {

// `file:` keeps ffmpeg from reading a protocol or an option into a name.
std::string fileArgument(const std::filesystem::path& path) {
  return "file:" + path.string();
}

// A codec's own name stands between blanks in each line of the list.
bool isListed(std::string_view encoders, std::string_view name) {
  return encoders.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

// Screen pixels are full-range sRGB; films are narrow-range BT.709 with half the colour resolution. `area`
// averages the four pixels that share a colour, which suits thin lines and costs half of the default.
std::string filterFor(const VideoOptions& options) {
  constexpr const char* kConvert =
      "scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=area,format=yuv420p";
  if (options.width % 2 == 0 && options.height % 2 == 0) return kConvert;
  return fmt::format("pad={}:{}:0:0:black,{}", options.width + options.width % 2,
                     options.height + options.height % 2, kConvert);
}

// Measured at 1280 x 720 on thin moving lines, two cores, conversion included: veryfast 15 ms of processor
// time a frame and 10 Mbit/s, superfast 13 ms and 13 Mbit/s, ultrafast 8 ms and 40 Mbit/s, all alike to the
// eye at crf 20.
const char* x264Preset(bool live, unsigned cores) {
  if (cores >= 4) return "veryfast";
  return live ? "ultrafast" : "superfast";
}

std::vector<std::string> codecArguments(VideoCodec codec, bool live, unsigned cores) {
  switch (codec) {
    case VideoCodec::x264: return {"-c:v", "libx264", "-preset", x264Preset(live, cores), "-crf", "20"};
    case VideoCodec::vp9:
      return {"-c:v",    "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8",
              "-row-mt", "1",          "-crf",      "28",       "-b:v",      "0"};
    case VideoCodec::av1: return {"-c:v", "libsvtav1", "-preset", "12", "-crf", "28"};
    case VideoCodec::png: break;
  }
  throw Error(ExitCode::bug, "pictures are not made by ffmpeg");
}

void append(std::vector<std::string>& command, const std::vector<std::string>& words) {
  command.insert(command.end(), words.begin(), words.end());
}

}  // namespace

VideoContainer containerOf(const std::filesystem::path& path) {
  if (!path.has_filename() || isFolder(path)) return VideoContainer::pngFolder;
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (ending == ".mkv") return VideoContainer::matroska;
  if (ending == ".mp4") return VideoContainer::mp4;
  if (ending == ".webm") return VideoContainer::webm;
  throw Error(ExitCode::usage,
              fmt::format("cannot record to '{}': end its name in .mkv, .mp4 or .webm, or in / "
                          "for a folder of pictures",
                          path.string()));
}

const char* nameOf(VideoCodec codec) {
  switch (codec) {
    case VideoCodec::x264: return "H.264 (libx264)";
    case VideoCodec::vp9: return "VP9 (libvpx-vp9)";
    case VideoCodec::av1: return "AV1 (libsvtav1)";
    case VideoCodec::png: return "PNG";
  }
  return "";
}

VideoCodec chooseCodec(std::string_view encoders, VideoContainer container) {
  if (container == VideoContainer::pngFolder) return VideoCodec::png;
  const bool mayBeX264 = container != VideoContainer::webm;
  if (mayBeX264 && isListed(encoders, "libx264")) return VideoCodec::x264;
  if (isListed(encoders, "libvpx-vp9")) return VideoCodec::vp9;
  if (isListed(encoders, "libsvtav1")) return VideoCodec::av1;
  return VideoCodec::png;
}

std::vector<std::string> recordCommand(const VideoOptions& options, VideoCodec codec,
                                       const std::filesystem::path& output, unsigned cores) {
  // rgb0: as RGBA, and the fourth byte is not looked at.
  std::vector<std::string> command{"ffmpeg",
                                   "-hide_banner",
                                   "-loglevel",
                                   "warning",
                                   "-nostats",
                                   "-nostdin",
                                   "-y",
                                   "-f",
                                   "rawvideo",
                                   "-pix_fmt",
                                   "rgb0",
                                   "-video_size",
                                   fmt::format("{}x{}", options.width, options.height),
                                   "-framerate",
                                   fmt::format("{}", options.framesPerSecond),  // ffmpeg reads decimals
                                   "-i",
                                   "pipe:0",
                                   "-vf",
                                   filterFor(options)};
  append(command, codecArguments(codec, options.live, cores));
  append(command,
         {"-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"});
  for (const PngText& line : options.metadata) append(command, {"-metadata", line.key + "=" + line.value});
  append(command,
         {"-metadata", options.live ? "frames=live: dropped when the encoder was late" : "frames=every one"});
  // Half a second is the most that a killed encoder takes with it, beside what the codec holds back.
  append(command, {"-cluster_time_limit", "500", "-flush_packets", "1"});
  append(command, {"-f", containerOf(options.path) == VideoContainer::webm ? "webm" : "matroska"});
  command.push_back(fileArgument(output));
  return command;
}

std::vector<std::string> remuxCommand(const std::filesystem::path& from, const std::filesystem::path& to) {
  return {"ffmpeg",  "-hide_banner", "-loglevel",
          "warning", "-nostats",     "-nostdin",
          "-y",      "-i",           fileArgument(from),
          "-c",      "copy",         "-map_metadata",
          "0",       "-movflags",    "+faststart+use_metadata_tags",
          "-f",      "mp4",          fileArgument(to)};
}

}  // namespace cajal
