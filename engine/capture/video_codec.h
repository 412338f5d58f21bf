#pragma once
// What a film is made of: the options, the codec that is there, and the words we say to `ffmpeg`. No I/O
// here.

#include "engine/capture/png.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cajal {

struct VideoOptions {
  // FILE.mkv, FILE.mp4, FILE.webm, or FOLDER/ for a sequence of PNG pictures.
  std::filesystem::path path = {};
  int width = 0;   // pixels, 1 … 16384; an odd size gets one black column or row, right or below
  int height = 0;  // pixels, 1 … 16384
  double framesPerSecond = 30;  // of the film, 0.1 … 1000
  // True: a frame that comes while the queue is full is dropped, and the film gets shorter by it. False:
  // push() waits, and every frame is in the film.
  bool live = false;
  std::vector<PngText> metadata = {};  // {"seed", "1"}, ...: written into the film, or into each picture
  // Seconds without any progress after which the encoder is given up: in push(), and in finish().
  double patience = 20.0;
};

// What the path's ending asks for.
enum class VideoContainer { matroska, mp4, webm, pngFolder };
// Throws Error(usage) for an ending that is none of these. A path that is a folder already asks for pictures.
VideoContainer containerOf(const std::filesystem::path& path);

enum class VideoCodec { x264, vp9, av1, png };
const char* nameOf(VideoCodec codec);  // "H.264 (libx264)"

// The first of x264, VP9, AV1 that `ffmpeg -encoders` lists and the container may hold; else png.
VideoCodec chooseCodec(std::string_view encoders, VideoContainer container);

// Reads rawvideo from its input, writes Matroska (or WebM) to `output`. `cores` are the processor's.
std::vector<std::string> recordCommand(const VideoOptions& options, VideoCodec codec,
                                       const std::filesystem::path& output, unsigned cores);

// Copies the finished Matroska file into an MP4 that can be played while it is loaded.
std::vector<std::string> remuxCommand(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace cajal
