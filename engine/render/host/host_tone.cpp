#include "engine/render/host/host_tone.h"

#include <algorithm>
#include <cmath>

#include "engine/render/host/light.h"

namespace cajal {
namespace {

constexpr std::uint32_t kCell = 8;  // pixels a side; one pixel of the bloom stands for a cell
constexpr std::uint32_t kBeforeFirst =
    kCell / 2;                       // the first run between two centres begins left of the picture
constexpr std::uint32_t kRun = 128;  // pixels that are composed together

template <bool isInk>
[[gnu::always_inline]] inline std::uint32_t encode(float red, float green, float blue, std::uint32_t x,
                                                   std::uint32_t y) {
  const float noise = host::dither(x, y);
  return host::opaque(host::encode(red, isInk) + noise, host::encode(green, isInk) + noise,
                      host::encode(blue, isInk) + noise);
}

// A run of pixels of one row, the first at (x, y). What lies behind the edges is a value a pixel.
struct PixelRun {
  const float *red, *green, *blue;
  std::uint32_t pixels, x, y;
};

// What stands behind a mark shows through its stripes. `covers`: of each pixel of the run, 0 or kMarkCovers.
template <bool isMarked>
[[gnu::always_inline]] inline host::Color marked(const host::Color& color, const float* covers,
                                                 const PixelRun& run, std::uint32_t i) {
  if constexpr (!isMarked) return color;
  const host::Color stripes = host::notFiniteAt(run.x + i, run.y);
  return {host::mix(color.red, stripes.red, covers[i]), host::mix(color.green, stripes.green, covers[i]),
          host::mix(color.blue, stripes.blue, covers[i])};
}

template <bool isInk>
void composeEmpty(const PixelRun run, std::uint32_t* __restrict__ picture) {
  for (std::uint32_t i = 0; i < run.pixels; ++i)
    picture[i] = encode<isInk>(run.red[i], run.green[i], run.blue[i], run.x + i, run.y);
}

template <bool isMarked>
void composeLit(const PixelRun run, const std::uint32_t* __restrict__ light, float inverseReference,
                const gpu::ToneStyle tone, const float* __restrict__ covers,
                std::uint32_t* __restrict__ picture) {
  for (std::uint32_t i = 0; i < run.pixels; ++i) {
    const host::Color edges = host::edgeLight(static_cast<float>(light[2 * i]),
                                              static_cast<float>(light[2 * i + 1]), inverseReference, tone);
    const host::Color color = marked<isMarked>(
        {run.red[i] + edges.red, run.green[i] + edges.green, run.blue[i] + edges.blue}, covers, run, i);
    picture[i] = encode<false>(color.red, color.green, color.blue, run.x + i, run.y);
  }
}

template <bool isMarked>
void composeInked(const PixelRun run, const std::uint32_t* __restrict__ light, float inverseReference,
                  const gpu::ToneStyle tone, const float* __restrict__ covers,
                  std::uint32_t* __restrict__ picture) {
  for (std::uint32_t i = 0; i < run.pixels; ++i) {
    const auto positive = static_cast<float>(light[2 * i]), negative = static_cast<float>(light[2 * i + 1]);
    const host::Color hue = host::edgeHue(positive, negative, tone);
    const float amount = host::edgeAmount(positive + negative, inverseReference, tone.exposure);
    const host::Color color = marked<isMarked>(
        {run.red[i] * host::throughInk(hue.red, amount), run.green[i] * host::throughInk(hue.green, amount),
         run.blue[i] * host::throughInk(hue.blue, amount)},
        covers, run, i);
    picture[i] = encode<true>(color.red, color.green, color.blue, run.x + i, run.y);
  }
}

bool isLit(const std::uint32_t* light, std::uint32_t pixels) {
  std::uint32_t any = 0;
  for (std::uint32_t i = 0; i < 2 * pixels; ++i) any |= light[i];
  return any != 0;
}

// How much of each pixel of a run its mark covers, from the words of its row. Returns whether there are
// marks.
bool coversOf(const PixelRun& run, const std::uint32_t* words, float* covers) {
  std::uint32_t any = 0;
  for (std::uint32_t i = 0; i < run.pixels; ++i) {
    const std::uint32_t x = run.x + i, mark = words[host::markWord(x, 0, 0)] & host::markBit(x);
    any |= mark;
    covers[i] = mark != 0 ? gpu::kMarkCovers : 0.0f;
  }
  return any != 0;
}

}  // namespace

void HostTone::Small::resize(std::uint32_t newWidth, std::uint32_t newHeight) {
  width = newWidth;
  height = newHeight;
  for (std::vector<float>& channel : channels) channel.resize(std::size_t{width} * height);
}

float HostTone::inverseReference() const {
  return 1.0f / (std::max(m_reference, 1e-6f) * gpu::kLightUnit);
}

void HostTone::expose(const RenderScene& scene, std::span<const std::uint32_t> light) {
  const gpu::uvec2 size = scene.view.viewport;
  for (Small* small : {&m_small, &m_smallOther})
    small->resize((size.x + kCell - 1) / kCell, (size.y + kCell - 1) / kCell);
  fold(scene.view, scene.tone, light);
  expose(scene.tone);
  blurAcross(m_small, m_smallOther);
  blurDown(m_smallOther, m_small);
}

void HostTone::fold(const gpu::View& view, const gpu::ToneStyle& tone, std::span<const std::uint32_t> light) {
  const gpu::uvec2 size = view.viewport;
  const std::uint32_t frameHash = host::hash(view.frame);
  const float inverse = inverseReference();
  for (std::uint32_t cellY = 0; cellY < m_small.height; ++cellY) {
    const std::uint32_t firstY = cellY * kCell, endY = std::min(firstY + kCell, size.y);
    float *const red = m_small.row(0, cellY), *const green = m_small.row(1, cellY),
                 *const blue = m_small.row(2, cellY);
    for (std::uint32_t cellX = 0; cellX < m_small.width; ++cellX) {
      const std::uint32_t firstX = cellX * kCell, endX = std::min(firstX + kCell, size.x);
      // Every other pixel of every other row, staggered: the blur that follows forgives it.
      std::uint32_t positive = 0, negative = 0;
      for (std::uint32_t y = firstY; y < endY; y += 2) {
        const std::uint32_t* const row = light.data() + std::size_t{2} * y * size.x;
        for (std::uint32_t x = firstX + ((y >> 1) & 1); x < endX; x += 2) {
          positive += row[2 * x];
          negative += row[2 * x + 1];
        }
      }
      // One pixel of the block, another one every frame, is counted: enough for a percentile, and cheap.
      const std::uint32_t random = host::hash((cellX + 8192u * cellY) ^ frameHash);
      const std::size_t lookedX = std::min(firstX + (random & 7u), endX - 1),
                        lookedY = std::min(firstY + ((random >> 3) & 7u), endY - 1);
      const std::uint32_t* const pixel = light.data() + 2 * (lookedY * size.x + lookedX);
      if (const std::uint32_t density = pixel[0] + pixel[1]; density > 0)
        ++m_bins[std::min(
            static_cast<std::uint32_t>(host::log2(static_cast<float>(density)) * gpu::kExposureBinsPerOctave),
            kBins - 1)];
      red[cellX] = static_cast<float>(positive) / 16.0f;
      green[cellX] = static_cast<float>(negative) / 16.0f;
    }
    for (std::uint32_t cellX = 0; cellX < m_small.width; ++cellX) {
      const host::Color color = host::edgeLight(red[cellX], green[cellX], inverse, tone);
      red[cellX] = color.red;
      green[cellX] = color.green;
      blue[cellX] = color.blue;
    }
  }
}

// The eye's adaptation: which density of edges comes out as full brightness.
void HostTone::expose(const gpu::ToneStyle& tone) {
  std::uint32_t total = 0;
  for (const std::uint32_t bin : m_bins) total += bin;
  std::uint32_t below = 0, found = 0;
  for (std::uint32_t bin = 0; bin < kBins; ++bin) {
    below += m_bins[bin];
    if (found == 0 && static_cast<float>(below) >= gpu::kExposurePercentile * static_cast<float>(total))
      found = bin + 1;
  }
  m_bins.fill(0);
  if (total == 0) return;
  const float now =
      std::max(std::exp2(static_cast<float>(found) / gpu::kExposureBinsPerOctave) / gpu::kLightUnit,
               gpu::kLeastReference);
  m_reference = m_reference > 0.0f ? m_reference * std::pow(now / m_reference, tone.adaptation) : now;
}

void HostTone::blurAcross(const Small& source, Small& target) {
  const int last = static_cast<int>(source.width) - 1;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::uint32_t y = 0; y < source.height; ++y) {
      const float* const from = source.row(channel, y);
      float* const to = target.row(channel, y);
      const auto blurred = [&](int x, auto&& at) {
        float sum = gpu::kBlurWeights[0] * from[x];
        for (int tap = 1; tap < 5; ++tap)
          sum += gpu::kBlurWeights[tap] * (from[at(x + tap)] + from[at(x - tap)]);
        return sum;
      };
      const auto clamped = [last](int x) { return std::clamp(x, 0, last); };
      const int inner = std::max(last - 3, 4);  // from there on the picture's end is near
      for (int x = 0; x <= std::min(3, last); ++x) to[x] = blurred(x, clamped);
      for (int x = 4; x < inner; ++x) to[x] = blurred(x, [](int inside) { return inside; });
      for (int x = inner; x <= last; ++x) to[x] = blurred(x, clamped);
    }
  }
}

void HostTone::blurDown(const Small& source, Small& target) {
  const int last = static_cast<int>(source.height) - 1;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (int y = 0; y <= last; ++y) {
      const auto row = [&](int at) {
        return source.row(channel, static_cast<std::uint32_t>(std::clamp(at, 0, last)));
      };
      float* const to = target.row(channel, static_cast<std::uint32_t>(y));
      const float* const middle = row(y);
      for (std::uint32_t x = 0; x < source.width; ++x) to[x] = gpu::kBlurWeights[0] * middle[x];
      for (int tap = 1; tap < 5; ++tap) {
        const float *const above = row(y - tap), *const below = row(y + tap);
        const float weight = gpu::kBlurWeights[tap];
        for (std::uint32_t x = 0; x < source.width; ++x) to[x] += weight * (above[x] + below[x]);
      }
    }
  }
}

void HostTone::compose(const RenderScene& scene, std::span<const std::uint32_t> light,
                       std::span<const std::uint32_t> marks, std::uint32_t* picture) {
  const gpu::uvec2 size = scene.view.viewport;
  const std::uint32_t left = std::min(scene.view.left, size.x);
  const float inverse = inverseReference();
  float covers[kRun];
  for (std::uint32_t y = 0; y < size.y; ++y) {
    spreadBloom(scene, y);
    for (std::uint32_t x = left; x < size.x; x += kRun) {
      const std::size_t first = std::size_t{y} * size.x + x;
      const PixelRun run{m_behind[0].data() + kBeforeFirst + x,
                         m_behind[1].data() + kBeforeFirst + x,
                         m_behind[2].data() + kBeforeFirst + x,
                         std::min(kRun, size.x - x),
                         x,
                         y};
      const std::uint32_t* const lit = light.data() + 2 * first;
      const bool isInk = scene.tone.isInk == 1;
      if (!marks.empty() && coversOf(run, &marks[std::size_t{host::markWords(size.x)} * y], covers))
        (isInk ? composeInked<true> : composeLit<true>)(run, lit, inverse, scene.tone, covers,
                                                        picture + first);
      else if (!isLit(lit, run.pixels))
        (isInk ? composeEmpty<true> : composeEmpty<false>)(run, picture + first);
      else
        (isInk ? composeInked<false> : composeLit<false>)(run, lit, inverse, scene.tone, nullptr,
                                                          picture + first);
    }
  }
}

// The bloom is interpolated between the centres of its cells, as a linear sampler does.
void HostTone::spreadBloom(const RenderScene& scene, std::uint32_t y) {
  const gpu::uvec2 size = scene.view.viewport;
  const float down = (static_cast<float>(y) + 0.5f) / 8.0f - 0.5f, share = down - std::floor(down);
  const int last = static_cast<int>(m_small.height) - 1, cellY = static_cast<int>(std::floor(down));
  const auto above = static_cast<std::uint32_t>(std::clamp(cellY, 0, last)),
             below = static_cast<std::uint32_t>(std::clamp(cellY + 1, 0, last));
  for (std::size_t channel = 0; channel < 3; ++channel) {
    // One cell more at each end, so that the pixels at the border have two neighbours, too.
    std::vector<float>& cells = m_cells[channel];
    cells.resize(m_small.width + 2);
    const float *const upper = m_small.row(channel, above), *const lower = m_small.row(channel, below);
    for (std::uint32_t x = 0; x < m_small.width; ++x)
      cells[x + 1] = scene.tone.bloom * host::mix(upper[x], lower[x], share);
    cells.front() = cells[1];
    cells.back() = cells[m_small.width];

    const auto component = static_cast<gpu::vec3::length_type>(channel);
    const float background = host::mix(scene.tone.backgroundTop[component], scene.tone.background[component],
                                       static_cast<float>(y) / static_cast<float>(size.y));
    std::vector<float>& behind = m_behind[channel];
    behind.resize(std::size_t{kCell} * (m_small.width + 1));
    for (std::size_t cell = 0; cell <= m_small.width; ++cell) {
      const float first = background + cells[cell], change = cells[cell + 1] - cells[cell];
      float* const to = behind.data() + cell * kCell;
      for (std::uint32_t i = 0; i < kCell; ++i)
        to[i] = first + change * ((static_cast<float>(i) + 0.5f) / kCell);
    }
  }
}

}  // namespace cajal
