#pragma once
// Where a film's frames go: into an `ffmpeg` child, or into a folder of pictures.

#include "engine/capture/video_codec.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace cajal {

// What a film has become. `problem` is empty if all went well; else it says what went wrong and what is left.
struct SinkResult {
  std::filesystem::path path;
  std::string problem;
};

// write() and finish() belong to the encoder thread; interrupt() to any.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  // False when it can take no more frames; finish() then says why.
  virtual bool write(std::span<const std::byte> rgba) = 0;
  // Completes the film, and returns even if the encoder does not. Called once.
  virtual SinkResult finish() = 0;
  // Makes a write() or finish() that waits for the encoder return soon.
  virtual void interrupt() = 0;

  virtual VideoCodec codec() const = 0;
};

// Makes the sink that the path and this computer allow: asks `ffmpeg` what it can encode, and where it is
// missing or has no codec for the container, says so once in the log and makes pictures beside the wanted
// file. Throws Error(usage | inputOutput) if nothing could ever be written there.
std::unique_ptr<FrameSink> makeFrameSink(const VideoOptions& options);

}  // namespace cajal
