#include "compute/data/sets/digits.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <vector>

#include "compute/data/sets/digit_skeletons.h"
#include "engine/base/parallel.h"

namespace cajal {
namespace {

constexpr float kTurn = 6.28318530718f;  // radians

// ---- one hand: every number that makes this picture differ from the next ------------------------

// A slow wave through the paper, which bends all lines that cross it together.
struct Wave {
  float amplitude;   // glyph units
  float perX, perY;  // radians a glyph unit
  float phase;       // radians
  float at(float x, float y) const { return amplitude * std::sin(perX * x + perY * y + phase); }
};

struct Hand {
  float pointJitter;            // glyph units, standard deviation of every skeleton point
  float endJitter;              // share of the first and last piece of a stroke, standard deviation
  float roundness;              // probability that a corner is drawn round
  float waistPower, sidePower;  // y -> y^waistPower moves the waist up or down; the same for x
  float width;                  // factor
  float slant;                  // x shift per height, positive leans to the right
  float rotation;               // radians
  Wave bendX[2], bendY[2];
  float radius;                   // pixels
  float pressure, pressurePhase;  // share of the radius that swells and fades along a stroke
  float nib, nibAngle;            // share of the radius that depends on the direction of the line
  Ink ink;
};

// Standard normal, but never further out than `most` deviations: hands differ, yet a digit stays legible.
float boundedNormal(Random& random, float most = 2.2f) {
  return std::clamp(random.normal(), -most, most);
}

// A factor around 1: e^(deviation * normal).
float factor(Random& random, float deviation) {
  return std::exp(deviation * boundedNormal(random));
}

Wave drawWave(Random& random, float deviation) {
  constexpr float most = 6.0f;  // radians a glyph unit: at most one whole wave over the glyph
  return {deviation * boundedNormal(random), random.uniform(-most, most), random.uniform(-most, most),
          random.uniform(0.0f, kTurn)};
}

// The pen's path: how far it strays from the skeleton, and in which direction the whole leans.
void drawShape(Hand& hand, Random& random, bool isPlain) {
  const float sloppiness = factor(random, 0.35f);
  hand.pointJitter = 0.028f * sloppiness;
  hand.endJitter = 0.20f * sloppiness;
  hand.roundness = 0.3f;
  hand.waistPower = factor(random, 0.18f);
  hand.sidePower = factor(random, 0.15f);
  hand.width = 1.07f * factor(random, 0.20f);
  hand.slant = (isPlain ? 0.15f : 0.08f) + (isPlain ? 0.25f : 0.20f) * boundedNormal(random);
  hand.rotation = 0.08f * boundedNormal(random);
  for (Wave& wave : hand.bendX) wave = drawWave(random, 0.020f * sloppiness);
  for (Wave& wave : hand.bendY) wave = drawWave(random, 0.020f * sloppiness);
}

// The line itself. Only 0 and 1 are still legible when it is very wide.
void drawLine(Hand& hand, Random& random, bool isPlain) {
  hand.radius = std::clamp(1.22f * factor(random, 0.28f), 0.65f, isPlain ? 3.0f : 2.2f);
  hand.pressure = random.uniform(0.0f, 0.25f);
  hand.pressurePhase = random.uniform(0.0f, kTurn);
  hand.nib = random.uniform(0.0f, 0.2f);
  hand.nibAngle = random.uniform(0.0f, kTurn / 2);
  hand.ink.edge = random.uniform(0.9f, 1.5f);
  hand.ink.darkness = random.uniform(1.0f, 1.25f);
}

// The numbers below were chosen so that slant, width and ink spread as in MNIST, and a network trained on the
// result reads it well.
Hand drawHand(Random& random, int digit) {
  Hand hand{};
  const bool isPlain = digit <= 1;
  drawShape(hand, random, isPlain);
  drawLine(hand, random, isPlain);
  return hand;
}

// ---- from the skeleton to the path of the pen ---------------------------------------------------

const Skeleton& chooseSkeleton(int digit, Random& random) {
  const std::vector<Skeleton>& skeletons = skeletonsOf(digit);
  float total = 0;
  for (const Skeleton& skeleton : skeletons) total += skeleton.weight;
  float left = random.uniform(0.0f, total);
  for (const Skeleton& skeleton : skeletons) {
    left -= skeleton.weight;
    if (left < 0) return skeleton;
  }
  return skeletons.back();
}

// Lets the stroke begin or end later (or earlier) by the share `stretch` of its last piece.
void stretchEnd(SkeletonPoint& end, const SkeletonPoint& neighbour, float stretch) {
  end.x += stretch * (end.x - neighbour.x);
  end.y += stretch * (end.y - neighbour.y);
}

SkeletonStroke jittered(const SkeletonStroke& stroke, const Hand& hand, Random& random) {
  SkeletonStroke moved = stroke;
  const float shiftX = 0.6f * hand.pointJitter * random.normal(),
              shiftY = 0.6f * hand.pointJitter * random.normal();
  for (SkeletonPoint& point : moved) {
    point.x = 0.01f * point.x + shiftX + hand.pointJitter * random.normal();
    point.y = 0.01f * point.y + shiftY + hand.pointJitter * random.normal();
    point.isCorner = point.isCorner && random.uniform() >= hand.roundness;
  }
  stretchEnd(moved.front(), moved[1], hand.endJitter * random.normal());
  stretchEnd(moved.back(), moved[moved.size() - 2], hand.endJitter * random.normal());
  return moved;
}

// Half the difference of the neighbours (Catmull-Rom); at ends and corners towards the one neighbour asked
// for.
SkeletonPoint tangent(const SkeletonStroke& stroke, std::size_t i, bool forward) {
  const bool isOneSided = i == 0 || i + 1 == stroke.size() || stroke[i].isCorner;
  const std::size_t before = isOneSided && forward ? i : i - 1;
  const std::size_t after = isOneSided && !forward ? i : i + 1;
  return {0.5f * (stroke[after].x - stroke[before].x), 0.5f * (stroke[after].y - stroke[before].y)};
}

// The cubic Hermite curve between point i and the next, at t in 0 … 1.
SkeletonPoint onCurve(const SkeletonStroke& stroke, std::size_t i, float t) {
  const SkeletonPoint &a = stroke[i], &b = stroke[i + 1];
  const SkeletonPoint leave = tangent(stroke, i, true), arrive = tangent(stroke, i + 1, false);
  const float t2 = t * t, t3 = t2 * t;
  const float atA = 2 * t3 - 3 * t2 + 1, atB = 3 * t2 - 2 * t3, out = t3 - 2 * t2 + t, in = t3 - t2;
  return {atA * a.x + atB * b.x + out * leave.x + in * arrive.x,
          atA * a.y + atB * b.y + out * leave.y + in * arrive.y};
}

float bentPower(float value, float power) {
  return value > 0 ? std::pow(value, power) : value;
}

// From the box of the skeleton to the paper: proportions, waves, then slant and rotation.
SkeletonPoint onPaper(SkeletonPoint point, const Hand& hand) {
  float x = bentPower(point.x, hand.sidePower), y = bentPower(point.y, hand.waistPower);
  const float waveX = hand.bendX[0].at(x, y) + hand.bendX[1].at(x, y);
  const float waveY = hand.bendY[0].at(x, y) + hand.bendY[1].at(x, y);
  x = (x + waveX) * hand.width;
  y += waveY;
  x -= hand.slant * (y - 0.5f);
  const float c = std::cos(hand.rotation), s = std::sin(hand.rotation);
  return {c * x - s * y, s * x + c * y};
}

float radiusAt(const Hand& hand, float along, float directionX, float directionY) {
  const float swell = hand.pressure * std::sin(hand.pressurePhase + kTurn * 0.6f * along);
  const float nib = hand.nib * std::cos(2 * (std::atan2(directionY, directionX) - hand.nibAngle));
  return hand.radius * (1 + swell + nib);
}

constexpr int kStepsPerPoint = 4;  // straight pieces between two skeleton points; each is 1 to 2 pixels long

void appendStroke(std::vector<PenPoint>& path, const SkeletonStroke& stroke, const Hand& hand) {
  const std::size_t pieces = stroke.size() - 1;
  SkeletonPoint last{};
  for (std::size_t step = 0; step <= pieces * kStepsPerPoint; ++step) {
    const std::size_t piece = std::min(step / kStepsPerPoint, pieces - 1);
    const float t = static_cast<float>(step - piece * kStepsPerPoint) / kStepsPerPoint;
    const SkeletonPoint here = onPaper(onCurve(stroke, piece, t), hand);
    const float along = static_cast<float>(step) / static_cast<float>(pieces * kStepsPerPoint);
    const float radius = step == 0 ? hand.radius : radiusAt(hand, along, here.x - last.x, here.y - last.y);
    path.push_back({here.x, here.y, radius, step == 0});
    last = here;
  }
}

// ---- many digits --------------------------------------------------------------------------------

constexpr std::uint64_t kTestSubstreams = 1ull
                                          << 40;  // test pictures never share numbers with training pictures

// Picture i of a part, where it belongs.
void writeExample(std::uint8_t* pictures, std::size_t i, std::uint64_t seed, std::uint64_t firstSubstream) {
  Random random(seed, RandomStream::digits, firstSubstream + i);
  const DigitPicture picture = writeDigit(static_cast<int>(i % 10), random);
  std::copy(picture.begin(), picture.end(), pictures + i * kDigitPixels);
}

void writeExamples(std::uint8_t* pictures, std::size_t count, std::uint64_t seed,
                   std::uint64_t firstSubstream, unsigned threads) {
  const auto write = [=](std::size_t i) { writeExample(pictures, i, seed, firstSubstream); };
  parallelFor(count, write, threads);
}

// Everything but the pictures is there on return; Examples::waitUntilReady() for those.
Examples startWriting(std::size_t count, std::uint64_t seed, std::uint64_t firstSubstream, unsigned threads) {
  Examples part;
  part.count = count;
  part.bytes.resize(count * kDigitPixels);
  part.labels.resize(count);
  for (std::size_t i = 0; i < count; ++i) part.labels[i] = static_cast<Label>(i % 10);
  // The pictures' memory stays where it is when the part is moved.
  part.ready =
      std::async(std::launch::async, writeExamples, part.bytes.data(), count, seed, firstSubstream, threads)
          .share();
  return part;
}

}  // namespace

DigitPicture writeDigit(int digit, Random& random) {
  const Hand hand = drawHand(random, digit);
  const Skeleton& skeleton = chooseSkeleton(digit, random);
  std::vector<PenPoint> path;
  for (const SkeletonStroke& stroke : skeleton.strokes)
    appendStroke(path, jittered(stroke, hand, random), hand);
  return drawFramed(std::move(path), hand.ink);
}

DataSet startDigits(std::uint64_t seed, DigitsSize size, unsigned threads) {
  DataSet set;
  set.name = "digits";
  set.features = kDigitPixels;
  set.classes = 10;
  set.imageRows = set.imageColumns = kDigitSide;
  set.imageChannels = 1;
  for (int digit = 0; digit < 10; ++digit) set.classNames.push_back(std::to_string(digit));
  set.test = startWriting(size.test, seed, kTestSubstreams, threads);
  set.test.waitUntilReady();
  set.training = startWriting(size.training, seed, 0, threads);
  return set;
}

DataSet makeDigits(std::uint64_t seed, DigitsSize size, unsigned threads) {
  DataSet set = startDigits(seed, size, threads);
  set.training.waitUntilReady();
  return set;
}

}  // namespace cajal
