#include "compute/data/sets/playground.h"

#include <cmath>

#include "compute/core/random.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr float kPi = 3.14159265359f;

// In Playground's units, as are all numbers of this section.
struct LabelledPoint {
  float x, y;
  bool isPositive;
};

// Noise moves where the label is looked up, not the point: labels near the border get mixed.
LabelledPoint exclusiveOrPoint(float noise, Random& random) {
  constexpr float side = 5, gap = 0.3f;  // gap: the axes are kept clear by this much
  float x = random.uniform(-side, side), y = random.uniform(-side, side);
  x += x > 0 ? gap : -gap;
  y += y > 0 ? gap : -gap;
  const float noisyX = x + noise * random.uniform(-side, side),
              noisyY = y + noise * random.uniform(-side, side);
  return {x, y, noisyX * noisyY >= 0};
}

// Disc and ring, half of the points each; the label again from the moved point.
LabelledPoint circlePoint(bool isInner, float noise, Random& random) {
  constexpr float radius = 5;
  const float r = isInner ? random.uniform(0, 0.5f * radius) : random.uniform(0.7f * radius, radius);
  const float angle = random.uniform(0, 2 * kPi);
  const float x = r * std::sin(angle), y = r * std::cos(angle);
  const float noisyX = x + noise * random.uniform(-radius, radius);
  const float noisyY = y + noise * random.uniform(-radius, radius);
  return {x, y, std::hypot(noisyX, noisyY) < 0.5f * radius};
}

// Two clouds around (2, 2) and (-2, -2); noise widens them: variance 0.5 … 4.
LabelledPoint gaussPoint(bool isPositive, float noise, Random& random) {
  const float centre = isPositive ? 2.0f : -2.0f;
  const float deviation = std::sqrt(0.5f + 7.0f * noise);
  const float x = centre + deviation * random.normal();
  return {x, centre + deviation * random.normal(), isPositive};
}

// Two arms of 1 3/4 turns, half a turn apart.
LabelledPoint spiralPoint(bool isPositive, float noise, Random& random) {
  const float outward = random.uniform();
  const float r = 5 * outward, angle = 1.75f * outward * 2 * kPi + (isPositive ? 0 : kPi);
  const float x = r * std::sin(angle) + noise * random.uniform(-1, 1);
  return {x, r * std::cos(angle) + noise * random.uniform(-1, 1), isPositive};
}

LabelledPoint drawPoint(PlaygroundShape shape, bool isPositive, float noise, Random& random) {
  switch (shape) {
    case PlaygroundShape::exclusiveOr: return exclusiveOrPoint(noise, random);
    case PlaygroundShape::circle: return circlePoint(isPositive, noise, random);
    case PlaygroundShape::gauss: return gaussPoint(isPositive, noise, random);
    case PlaygroundShape::spiral: return spiralPoint(isPositive, noise, random);
  }
  throw Error(ExitCode::bug, "a playground shape without points");
}

const char* nameOf(PlaygroundShape shape) {
  switch (shape) {
    case PlaygroundShape::exclusiveOr: return "xor";
    case PlaygroundShape::circle: return "circle";
    case PlaygroundShape::gauss: return "gauss";
    case PlaygroundShape::spiral: return "spiral";
  }
  throw Error(ExitCode::bug, "a playground shape without a name");
}

// Substreams: the shape in the upper bits, then the part, then the point.
std::uint64_t firstSubstream(PlaygroundShape shape, bool isTest) {
  return (static_cast<std::uint64_t>(shape) << 42) | (static_cast<std::uint64_t>(isTest) << 40);
}

Examples drawPoints(PlaygroundShape shape, std::uint64_t seed, float noise, std::size_t count, bool isTest) {
  Examples part;
  part.count = count;
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seed, RandomStream::points, firstSubstream(shape, isTest) + i);
    const LabelledPoint point = drawPoint(shape, i % 2 == 1, noise, random);
    part.floats.push_back(point.x / kPlaygroundUnit);
    part.floats.push_back(point.y / kPlaygroundUnit);
    part.labels.push_back(point.isPositive ? 1 : 0);
  }
  return part;
}

}  // namespace

DataSet makePlayground(PlaygroundShape shape, std::uint64_t seed, float noise, PlaygroundSize size) {
  const bool isNoiseKnown = noise >= 0 && noise <= kMostPlaygroundNoise;  // false for NaN, too
  if (!isNoiseKnown) {
    throw Error(ExitCode::usage, fmt::format("the noise of {} is 0 to {}, not {}", nameOf(shape),
                                             kMostPlaygroundNoise, noise));
  }
  DataSet set;
  set.name = nameOf(shape);
  set.features = 2;
  set.classes = 2;
  set.classNames = {"negative", "positive"};
  set.training = drawPoints(shape, seed, noise, size.training, false);
  set.test = drawPoints(shape, seed, noise, size.test, true);
  return set;
}

}  // namespace cajal
