#include "engine/render/host/host_planes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/render/host/color.h"
#include "engine/render/host/host_far.h"

namespace cajal {
namespace {

// As in the shader.
constexpr float kGap = 0.07f;

constexpr std::uint32_t kRun = 64;  // pixels of a row that are shaded together

// A plane as the picture's pixels see it. From a pixel (x, y), `across`, `down` and `inverseW` are linear
// functions a x + b y + c: dividing the first two by the third gives the place on the plane, 0 … 1.
struct Seen {
  gpu::vec3 across, down, inverseW, depth;  // depth is linear in the picture as it is
};

Seen see(const gpu::Plane& plane, const gpu::View& view) {
  const gpu::vec2 half = 0.5f * gpu::vec2(view.viewport);
  const glm::dvec4 corner = view.viewProjection * gpu::vec4(plane.origin, 1.0f),
                   across = view.viewProjection * gpu::vec4(plane.across, 0.0f),
                   down = view.viewProjection * gpu::vec4(plane.down, 0.0f);
  const auto pixels = [&](const glm::dvec4& clip) {
    return glm::dvec3((clip.x + clip.w) * half.x, (clip.y + clip.w) * half.y, clip.w);
  };
  // Its columns take (u, v, 1) to (x w, y w, w): the rows of its inverse are the functions.
  const glm::dmat3 inverse = glm::inverse(glm::dmat3(pixels(across), pixels(down), pixels(corner)));
  const auto row = [&](int index) {
    return glm::dvec3(inverse[0][index], inverse[1][index], inverse[2][index]);
  };
  return {row(0), row(1), row(2), row(0) * across.z + row(1) * down.z + row(2) * corner.z};
}

// What a run of pixels sees, an array each.
struct Run {
  alignas(64) float column[kRun], row[kRun];             // cells
  alignas(64) float footprintX[kRun], footprintY[kRun];  // cells a pixel
  alignas(64) float depth[kRun];
  alignas(64) float value[kRun];  // as a share of the range
  alignas(64) std::int32_t isSeen[kRun];
};

void locate(const gpu::Plane& plane, const Seen& seen, std::uint32_t firstX, std::uint32_t y,
            std::uint32_t count, const float* __restrict__ before, Run& run) {
  const float middleY = static_cast<float>(y) + 0.5f;
  const auto columns = static_cast<float>(plane.columns), rows = static_cast<float>(plane.rows);
  const gpu::vec3 a = seen.across, d = seen.down, s = seen.inverseW, z = seen.depth;
  for (std::uint32_t i = 0; i < count; ++i) {
    const float x = static_cast<float>(static_cast<std::int32_t>(firstX + i)) + 0.5f;
    const float inverseW = s.x * x + s.y * middleY + s.z, w = 1.0f / inverseW;
    const float u = (a.x * x + a.y * middleY + a.z) * w, v = (d.x * x + d.y * middleY + d.z) * w;
    const float depth = z.x * x + z.y * middleY + z.z;
    run.column[i] = u * columns;
    run.row[i] = v * rows;
    run.footprintX[i] = (std::abs(a.x - u * s.x) + std::abs(a.y - u * s.y)) * std::abs(w) * columns;
    run.footprintY[i] = (std::abs(d.x - v * s.x) + std::abs(d.y - v * s.y)) * std::abs(w) * rows;
    run.depth[i] = depth;
    run.isSeen[i] = (inverseW > 0.0f) & (u >= 0.0f) & (u <= 1.0f) & (v >= 0.0f) & (v <= 1.0f) &
                    (depth >= 0.0f) & (depth <= 1.0f) & (depth <= before[i]);
  }
}

// Close up, one flat cell an element.
void lookNear(const gpu::Plane plane, const float* __restrict__ values, float rangeEnd, std::uint32_t count,
              Run& __restrict__ run) {
  const auto lastColumn = static_cast<float>(plane.columns) - 1.0f,
             lastRow = static_cast<float>(plane.rows) - 1.0f;
  const float middle = plane.middle;
  const auto columns = static_cast<std::int32_t>(plane.columns),
             stride = static_cast<std::int32_t>(plane.stride);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto column = static_cast<std::int32_t>(host::clamp(run.column[i], 0.0f, lastColumn)),
               row = static_cast<std::int32_t>(host::clamp(run.row[i], 0.0f, lastRow));
    run.value[i] = (values[(row * columns + column) * stride] - middle) / rangeEnd;
  }
}

void look(const host::FarPlane& far, float rangeEnd, std::uint32_t count, Run& run) {
  lookNear(far.plane, far.values, rangeEnd, count, run);
  for (std::uint32_t i = 0; i < count; ++i) {
    const float footprintX = run.footprintX[i], footprintY = run.footprintY[i];
    if (run.isSeen[i] && std::max(footprintX, footprintY) > 1.0f)
      run.value[i] = levelUnder(far, {run.column[i], run.row[i]}, {footprintX, footprintY}) / rangeEnd;
  }
}

// The values, less what is shown as nothing.
const float* valuesOf(const gpu::Plane& plane, const RenderScene& scene) {
  const BufferRange& source = plane.source == gpu::kPlaneValues   ? scene.planeValues
                              : plane.source == gpu::kActivations ? scene.activations
                                                                  : scene.looks;
  return hostElements<float>(source).data() + plane.firstValue;
}

// Pixels of an image are neurons: each is a tile of its own, and the gap fades out before it could shimmer.
[[gnu::always_inline]] inline float tileLight(float column, float row, float footprintX, float footprintY) {
  const float insideX = 0.5f - std::abs(column - std::floor(column) - 0.5f),
              insideY = 0.5f - std::abs(row - std::floor(row) - 0.5f);
  const float x = host::smoothstep(kGap - footprintX * 0.5f, kGap + footprintX * 0.5f, insideX),
              y = host::smoothstep(kGap - footprintY * 0.5f, kGap + footprintY * 0.5f, insideY);
  const float larger = footprintX > footprintY ? footprintX : footprintY;
  const float visible = host::clamp(1.5f - 3.0f * larger, 0.0f, 1.0f);
  return host::mix(1.0f, x * y, visible);
}

// The three below colour what is seen of a run; x and y are the first pixel's.
struct Target {
  std::uint32_t* __restrict__ pixels;
  float* __restrict__ depth;
  std::uint32_t x, y, count;
  float hides;
};

[[gnu::always_inline]] inline void put(const Target& target, std::uint32_t i, const Run& run,
                                       const host::Color& encoded) {
  const float hides = target.hides;
  const std::uint32_t before = target.pixels[i];
  const std::uint32_t after =
      host::over({encoded.red * hides, encoded.green * hides, encoded.blue * hides}, 1.0f - hides, before);
  target.pixels[i] = run.isSeen[i] ? after : before;
  target.depth[i] = run.isSeen[i] ? run.depth[i] : target.depth[i];
}

void colorImage(const Target target, const Run& run, const gpu::ToneStyle tone) {
  const bool isInk = tone.isInk == 1;
  const gpu::vec3 gap = isInk ? 0.84f * tone.silent : gpu::vec3(0.0f);
  for (std::uint32_t i = 0; i < target.count; ++i) {
    const float value = run.value[i];
    const bool isFinite = host::isFinite(value);
    const host::Color tile = host::mix(tone.imageLow, tone.imageHigh,
                                       host::clamp(isFinite ? value : 0.0f, 0.0f, 1.0f)),
                      stripes = host::notFiniteAt(target.x + i, target.y);
    const float light = tileLight(run.column[i], run.row[i], run.footprintX[i], run.footprintY[i]);
    put(target, i, run,
        {host::encode(isFinite ? host::mix(gap.x, tile.red, light) : stripes.red, isInk),
         host::encode(isFinite ? host::mix(gap.y, tile.green, light) : stripes.green, isInk),
         host::encode(isFinite ? host::mix(gap.z, tile.blue, light) : stripes.blue, isInk)});
  }
}

void colorMatrix(const Target target, const Run& run, const gpu::ColorScale& colors, bool isInk) {
  float stops[3 * gpu::kColorStops];  // the vectoriser must know that no pixel is one of them
  for (std::uint32_t i = 0; i < 3 * gpu::kColorStops; ++i)
    stops[i] = colors.stops[i / 3][static_cast<int>(i % 3)];
  // Of a value without a sign only the size counts.
  const float sign = colors.isSigned == 1 ? 1.0f : 0.0f, middle = 0.5f * sign;
  for (std::uint32_t i = 0; i < target.count; ++i) {
    const float value = run.value[i];
    const bool isFinite = host::isFinite(value);
    const float share = isFinite ? value : 0.0f, shown = sign * share + (1.0f - sign) * std::abs(share);
    const float place = middle + (1.0f - middle) * host::clamp(shown, -1.0f, 1.0f);
    const float at = place * static_cast<float>(gpu::kColorStops - 1);
    const std::int32_t whole = static_cast<std::int32_t>(at),
                       last = static_cast<std::int32_t>(gpu::kColorStops) - 2;
    const std::int32_t low = whole < last ? whole : last, stop = 3 * low;
    const float between = at - static_cast<float>(low);
    const host::Color color{host::mix(stops[stop], stops[stop + 3], between),
                            host::mix(stops[stop + 1], stops[stop + 4], between),
                            host::mix(stops[stop + 2], stops[stop + 5], between)};
    const host::Color stripes = host::notFiniteAt(target.x + i, target.y);
    put(target, i, run,
        {isFinite ? color.red : host::encode(stripes.red, isInk),
         isFinite ? color.green : host::encode(stripes.green, isInk),
         isFinite ? color.blue : host::encode(stripes.blue, isInk)});
  }
}

// The pixels of row y that may see the plane: first and end. Each border of it is a linear function of x.
std::pair<std::uint32_t, std::uint32_t> span(const Seen& seen, std::uint32_t y, const host::Canvas& canvas) {
  float low = static_cast<float>(canvas.left), high = static_cast<float>(canvas.width);
  const float middleY = static_cast<float>(y) + 0.5f;
  for (const gpu::vec3& border :
       {seen.across, seen.down, seen.inverseW - seen.across, seen.inverseW - seen.down, seen.inverseW}) {
    const float atZero = border.y * middleY + border.z + 0.5f * border.x;
    if (border.x == 0.0f && atZero < 0.0f) return {0, 0};
    if (border.x > 0.0f) low = std::max(low, std::floor(-atZero / border.x));
    if (border.x < 0.0f) high = std::min(high, std::ceil(-atZero / border.x) + 1.0f);
  }
  if (!(low < high)) return {0, 0};
  return {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high)};
}

}  // namespace

void drawPlanesOnHost(const RenderScene& scene, const ReducedPlanes& reduced,
                      std::span<const gpu::Range> ranges, const host::Canvas& canvas) {
  Run run;
  const auto planeBlocks = hostElements<gpu::PlaneBlocks>(reduced.planes);
  const auto blocks = hostElements<gpu::Block>(reduced.blocks);
  for (std::size_t index = 0; index < scene.planes.size(); ++index) {
    const gpu::Plane& plane = scene.planes[index];
    const auto [first, reduction] = planeBlocks[index];
    const host::FarPlane far{plane, valuesOf(plane, scene), first == gpu::kNone ? nullptr : &blocks[first],
                             reduction};
    const Seen seen = see(plane, scene.view);
    for (std::uint32_t y = 0; y < canvas.height; ++y) {
      const auto [left, end] = span(seen, y, canvas);
      for (std::uint32_t x = left; x < end; x += kRun) {
        const std::size_t place = std::size_t{y} * canvas.width + x;
        const Target target{canvas.pixels + place,   canvas.depth + place, x, y,
                            std::min(end - x, kRun), plane.hides};
        locate(plane, seen, x, y, target.count, target.depth, run);
        look(far, ranges[plane.range].end, target.count, run);
        if (plane.isImage)
          colorImage(target, run, scene.tone);
        else
          colorMatrix(target, run, scene.colors, scene.tone.isInk == 1);
      }
    }
  }
}

}  // namespace cajal
