#pragma once
// Recording: captured pictures to an encoder, always of the size the film began with.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/capture/video_encoder.h"
#include "engine/vulkan/vulkan.h"
#include "viewer/world/state.h"

namespace cajal {

class Film {
 public:
  // `live`: a frame that comes too fast is dropped and counted; else it is waited for.
  Film(const std::filesystem::path& path, VkExtent2D size, double framesPerSecond, bool live,
       std::uint64_t seed);

  // A picture of another size is cropped, or stands on black: a window may be resized while it is filmed.
  void add(std::span<const std::byte> rgba, VkExtent2D size);
  // The encoder has failed; what it has is kept.
  bool hasFailed() const { return !m_encoder.isRecording(); }
  RecordingState state() const;
  VideoSummary finish() { return m_encoder.finish(); }

 private:
  VkExtent2D m_size;
  std::string m_path;
  VideoEncoder m_encoder;
  std::vector<std::byte> m_fitted;
};

}  // namespace cajal
