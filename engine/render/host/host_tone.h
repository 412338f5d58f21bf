#pragma once
// shaders/fold.comp, expose.comp, blur.comp and compose.comp on the host: from light to a picture.

#include <array>
#include <span>
#include <vector>

#include "engine/render/scene.h"
#include "shaders/shared/look.h"

namespace cajal {

class HostTone {
 public:
  // Histogram, exposure and bloom of the light planes (height, width, 2).
  void expose(const RenderScene& scene, std::span<const std::uint32_t> light);
  // After expose(): draws background, edges, bloom and the marks (HostMarks::words()) into a picture, RGBA, a
  // word a pixel, rows close together from the top. Pixels left of view.left are not touched.
  void compose(const RenderScene& scene, std::span<const std::uint32_t> light,
               std::span<const std::uint32_t> marks, std::uint32_t* picture);
  void forget() { m_reference = 0; }

 private:
  static constexpr std::uint32_t kBins = gpu::kExposureBins;

  // Three floats a pixel, a plane each.
  struct Small {
    void resize(std::uint32_t newWidth, std::uint32_t newHeight);
    const float* row(std::size_t channel, std::uint32_t y) const {
      return channels[channel].data() + std::size_t{y} * width;
    }
    float* row(std::size_t channel, std::uint32_t y) {
      return channels[channel].data() + std::size_t{y} * width;
    }

    std::uint32_t width = 0, height = 0;
    std::array<std::vector<float>, 3> channels;
  };

  void fold(const gpu::View& view, const gpu::ToneStyle& tone, std::span<const std::uint32_t> light);
  void expose(const gpu::ToneStyle& tone);
  static void blurAcross(const Small& source, Small& target);
  static void blurDown(const Small& source, Small& target);
  void spreadBloom(const RenderScene& scene, std::uint32_t y);

  float inverseReference() const;

  float m_reference = 0;  // which density of edges is full brightness; 0: not known yet
  std::array<std::uint32_t, kBins> m_bins{};
  Small m_small, m_smallOther;  // an eighth of each side
  // What lies behind the edges of one row: background and bloom, a value a pixel; and the bloom, a value a
  // cell.
  std::array<std::vector<float>, 3> m_behind, m_cells;
};

}  // namespace cajal
