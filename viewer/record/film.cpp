#include "viewer/record/film.h"

#include <algorithm>
#include <cstring>

namespace cajal {

Film::Film(const std::filesystem::path& path, VkExtent2D size, double framesPerSecond, bool live,
           std::uint64_t seed)
    : m_size(size),
      m_path(path.string()),
      m_encoder({.path = path,
                 .width = static_cast<int>(size.width),
                 .height = static_cast<int>(size.height),
                 .framesPerSecond = framesPerSecond,
                 .live = live,
                 .metadata = {{"seed", std::to_string(seed)}, {"program", "Cajal"}}}) {}

void Film::add(std::span<const std::byte> rgba, VkExtent2D size) {
  if (size.width == m_size.width && size.height == m_size.height) {
    m_encoder.push(rgba);
    return;
  }
  m_fitted.assign(std::size_t{m_size.width} * m_size.height * 4, std::byte{0});
  const std::size_t rows = std::min(size.height, m_size.height),
                    bytes = 4 * std::size_t{std::min(size.width, m_size.width)};
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(m_fitted.data() + row * m_size.width * 4, rgba.data() + row * size.width * 4, bytes);
  }
  m_encoder.push(m_fitted);
}

RecordingState Film::state() const {
  const VideoStatistics statistics = m_encoder.statistics();
  return {m_encoder.isRecording(), statistics.pushed - statistics.dropped, statistics.dropped, m_path};
}

}  // namespace cajal
