#include "compute/training/looks.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal {
namespace {

constexpr std::size_t kExamples = 256, kPlaneSide = 64;
constexpr std::size_t kMostFloats = 2'000'000;
constexpr std::size_t kMostSampled = std::size_t{1} << 18;  // examples that a range is taken from
constexpr float kMargin = 0.1f;                             // of what a feature spans, on each side
constexpr float kAlike = 2.0f;                              // spans that differ by less become the same

float valueAt(const Examples& examples, std::size_t index) {
  if (const std::uint8_t* bytes = examples.byteData()) return static_cast<float>(bytes[index]) / 255.0f;
  return examples.floatData()[index];
}

void widen(PlaneRange& range, int input, float span) {
  const float centre = 0.5f * (range.low[input] + range.high[input]);
  range.low[input] = centre - 0.5f * span;
  range.high[input] = centre + 0.5f * span;
}

}  // namespace

std::size_t looksCapacity(std::size_t inputs, std::size_t floatsPerExample) {
  const std::size_t wanted = inputs == 2 ? kPlaneSide * kPlaneSide : kExamples;
  return std::clamp<std::size_t>(kMostFloats / floatsPerExample, 1, wanted);
}

std::size_t planeSide(std::size_t capacity) {
  std::size_t side = 1;
  while ((side + 1) * (side + 1) <= capacity) ++side;
  return side;
}

PlaneRange planeOf(const Examples& examples) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  PlaneRange range{{infinity, infinity}, {-infinity, -infinity}};
  const std::size_t stride = examples.count / kMostSampled + 1;
  for (std::size_t example = 0; example < examples.count; example += stride) {
    for (std::size_t input = 0; input < 2; ++input) {
      const float value = valueAt(examples, example * 2 + input);
      if (!std::isfinite(value)) continue;
      range.low[input] = std::min(range.low[input], value);
      range.high[input] = std::max(range.high[input], value);
    }
  }
  float spans[2];
  for (int input = 0; input < 2; ++input) {
    if (range.low[input] > range.high[input]) range.low[input] = range.high[input] = 0;  // no finite value
    const float span = range.high[input] - range.low[input];
    spans[input] = (span > 0 ? span : 1.0f) * (1 + 2 * kMargin);  // a constant is looked at from nearby
  }
  const auto [narrow, wide] = std::minmax(spans[0], spans[1]);
  const bool isSquare = wide <= kAlike * narrow;
  for (int input = 0; input < 2; ++input) widen(range, input, isSquare ? wide : spans[input]);
  return range;
}

std::vector<float> planeInputs(const PlaneRange& range, std::size_t side) {
  const auto centre = [&](int input, std::size_t cell) {
    const float share = (static_cast<float>(cell) + 0.5f) / static_cast<float>(side);
    return range.low[input] + share * (range.high[input] - range.low[input]);
  };
  std::vector<float> inputs;
  inputs.reserve(side * side * 2);
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      inputs.push_back(centre(0, column));
      inputs.push_back(centre(1, side - 1 - row));
    }
  }
  return inputs;
}

}  // namespace cajal
