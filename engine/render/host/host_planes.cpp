#include "engine/render/host/host_planes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/render/host/color.h"
#include "engine/render/host/host_far.h"

namespace cajal {
namespace {

constexpr std::uint32_t kRun = 64;  // pixels of a row that are shaded together

// PlaneInPicture, in floats.
struct Seen {
  gpu::vec3 across, down, inverseW, depth;
};

// What a run of pixels sees, an array each.
struct Run {
  alignas(64) float column[kRun], row[kRun];             // cells
  alignas(64) float footprintX[kRun], footprintY[kRun];  // cells a pixel
  alignas(64) float depth[kRun];
  alignas(64) float value[kRun];  // as a share of the range
  alignas(64) float hides[kRun];
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
    run.hides[i] = plane.hides;
    run.isSeen[i] = (inverseW > 0.0f) & (depth >= 0.0f) & (depth <= 1.0f) & (depth <= before[i]);
  }
}

// Of pixels that a border crosses the plane hides the share that it covers; their depth stays. If the plane
// continues the plane `above`, it hides that share of what `above` leaves: both together then cover the
// pixels between them wholly.
void cover(const gpu::PlaneOutline& outline, const gpu::PlaneOutline* above, std::uint32_t firstX,
           std::uint32_t y, std::uint32_t count, const float* before, Run& run) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const gpu::vec2 middle(static_cast<float>(firstX + i) + 0.5f, static_cast<float>(y) + 0.5f);
    const float whole = host::coveredBy(outline, middle);
    run.hides[i] *= above ? whole / std::max(1.0f - host::coveredBy(*above, middle), whole) : whole;
    run.isSeen[i] &= whole >= gpu::kCoveredLeast;
    run.depth[i] = before[i];
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

// The values of the plane, from element (0, 0) on.
const float* valuesOf(const gpu::Plane& plane, const RenderGroup& group) {
  const BufferRange& source = plane.source == gpu::kPlaneValues   ? group.planeValues
                              : plane.source == gpu::kActivations ? group.activations
                                                                  : group.looks;
  return hostElements<float>(source).data() + plane.firstValue;
}

// Where the functions below colour a run; x and y are the first pixel's.
struct Target {
  std::uint32_t* __restrict__ pixels;
  float* __restrict__ depth;
  std::uint32_t x, y, count;
};

[[gnu::always_inline]] inline void put(const Target& target, std::uint32_t i, const Run& run,
                                       const host::Color& encoded) {
  const float hides = run.hides[i];
  const std::uint32_t before = target.pixels[i];
  const std::uint32_t after =
      host::over({encoded.red * hides, encoded.green * hides, encoded.blue * hides}, 1.0f - hides, before);
  target.pixels[i] = run.isSeen[i] ? after : before;
  target.depth[i] = run.isSeen[i] ? run.depth[i] : target.depth[i];
}

void colorImage(const Target target, const Run& run, const gpu::ToneStyle tone) {
  const bool isInk = tone.isInk == 1;
  const gpu::vec3 gap = isInk ? gpu::kInkedGap * tone.silent : gpu::vec3(0.0f);
  for (std::uint32_t i = 0; i < target.count; ++i) {
    const float value = run.value[i];
    const bool isFinite = host::isFinite(value);
    const host::Color tile = host::mix(tone.imageLow, tone.imageHigh,
                                       host::clamp(isFinite ? value : 0.0f, 0.0f, 1.0f)),
                      stripes = host::notFiniteAt(target.x + i, target.y);
    const float light = host::tileLight(run.column[i], run.row[i], run.footprintX[i], run.footprintY[i]);
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

// Pixels of a row, from the first to before the end; or rows.
struct Stretch {
  std::uint32_t first = 0, end = 0;
};

// The columns and rows of the picture that an outline may touch.
struct Box {
  Stretch x, y;
};

Box boxOf(const gpu::PlaneOutline& outline, const host::Canvas& canvas) {
  gpu::vec2 low = outline.corners[0], high = low;
  for (const gpu::vec2& corner : outline.corners) {
    low = glm::min(low, corner);
    high = glm::max(high, corner);
  }
  const auto stretch = [](float from, float to, std::uint32_t first, std::uint32_t size) {
    const auto least = static_cast<float>(first), most = std::max(static_cast<float>(size), least);
    return Stretch{static_cast<std::uint32_t>(std::clamp(std::floor(from), least, most)),
                   static_cast<std::uint32_t>(std::clamp(std::ceil(to), least, most))};
  };
  return {stretch(low.x, high.x, canvas.left, canvas.width), stretch(low.y, high.y, 0, canvas.height)};
}

// The pixels of row y that lie at least `shift` inside all four borders of the plane; a negative shift allows
// places outside. In pixels, along the row and the column together. In a row, the distance from a border is a
// linear function of x.
Stretch within(const Seen& seen, float shift, std::uint32_t y, const Stretch& x) {
  float low = static_cast<float>(x.first), high = static_cast<float>(x.end);
  const float middleY = static_cast<float>(y) + 0.5f;
  for (const gpu::vec3& border :
       {seen.across, seen.down, seen.inverseW - seen.across, seen.inverseW - seen.down}) {
    const float atZero =
        border.y * middleY + border.z + 0.5f * border.x - shift * (std::abs(border.x) + std::abs(border.y));
    if (border.x == 0.0f && !(atZero >= 0.0f)) return {};
    if (border.x > 0.0f) low = std::max(low, std::ceil(-atZero / border.x));
    if (border.x < 0.0f) high = std::min(high, std::floor(-atZero / border.x) + 1.0f);
  }
  if (!(low < high)) return {};
  return {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high)};
}

constexpr float kTouched = -0.5f;  // pixels, for within(): the plane covers some of such a pixel,
const float kWhole = 0.5f - gpu::kCoveredLeast;  // and practically all of such a pixel

}  // namespace

void drawPlanesOnHost(const PlanesOfAGroup& planes, const gpu::ToneStyle& tone, PlanePart part,
                      const host::Canvas& canvas) {
  const GroupFrame& frame = planes.frame;
  const std::vector<gpu::PlaneOutline>& outlines = planes.outlines;
  const RenderGroup& group = frame.group;
  Run run;
  const auto planeBlocks = hostElements<gpu::PlaneBlocks>(planes.reduced.planes);
  const auto blocks = hostElements<gpu::Block>(planes.reduced.blocks);
  for (std::size_t index = 0; index < group.planes.size(); ++index) {
    const gpu::Plane& plane = group.planes[index];
    const auto [first, reduction] = planeBlocks[index];
    const host::FarPlane far{plane, valuesOf(plane, group), first == gpu::kNone ? nullptr : &blocks[first],
                             reduction};
    const gpu::PlaneOutline& outline = outlines[index];
    const gpu::PlaneOutline* const above = outline.above == gpu::kNone ? nullptr : &outlines[outline.above];
    const PlaneInPicture place = inPicture(plane, frame.view);
    const Seen seen{place.across, place.down, place.inverseW, place.depth};
    const auto draw = [&](std::uint32_t y, const Stretch& stretch) {
      for (std::uint32_t x = stretch.first; x < stretch.end; x += kRun) {
        const std::size_t at = std::size_t{y} * canvas.width + x;
        const Target target{canvas.pixels + at, canvas.depth + at, x, y, std::min(stretch.end - x, kRun)};
        locate(plane, seen, x, y, target.count, target.depth, run);
        if (part == PlanePart::borders) cover(outline, above, x, y, target.count, target.depth, run);
        look(far, planes.ranges[plane.range].end, target.count, run);
        if (plane.isImage)
          colorImage(target, run, tone);
        else
          colorMatrix(target, run, group.colors, tone.isInk == 1);
      }
    };
    const Box box = boxOf(outline, canvas);
    for (std::uint32_t y = box.y.first; y < box.y.end; ++y) {
      const Stretch whole = within(seen, kWhole, y, box.x);
      if (part == PlanePart::inside) {
        draw(y, whole);
        continue;
      }
      const Stretch touched = within(seen, kTouched, y, box.x);
      const bool isCut = whole.first < whole.end;
      draw(y, {touched.first, isCut ? whole.first : touched.end});
      if (isCut) draw(y, {whole.end, touched.end});
    }
  }
}

}  // namespace cajal
