#include "engine/render/dispatch.h"
#include "tests/engine/render/edge_pass_fixture.h"
#include "tests/support/rounding.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::test {
namespace {

// How far the sum of an exactly sampled edge of n samples may be from strength × length, relatively:
//  - the sum over t = (s + r)/n of |dP/dt| is a trapezoid-like rule on a smooth function; where the speed
//    vanishes at both ends, as without a tangent, its error is at most 1/n² (Euler and Maclaurin); where it
//    does not, the two ends may count up to one sample too many or too few together: 1/n;
//  - each sample is rounded to whole units, up or down: at most one unit a sample;
//  - there are n ≤ 1.1 · length + 1 samples.
double exactTolerance(double length, bool isStraight) {
  const double n = std::ceil(length);
  return (isStraight ? 1 / (n * n) : 1 / n) + 1.2 / kUnit + gammaOf(64);
}

INSTANTIATE_TEST_SUITE_P(Drawn, EdgePassTest, kByBoth, nameOfDrawing);

struct Edge {
  glm::vec3 from, to;
  float tangent;
};

TEST_P(EdgePassTest, AnExactEdgeGivesItsLengthTimesItsStrength) {
  for (const auto& [from, to, tangent] :
       {Edge{{-3, 0, 0}, {3, 0, 0}, 0}, Edge{{0, 2, 0}, {0, -2, 0}, 0}, Edge{{-3, -2, 0}, {3, 2, 0}, 0},
        Edge{{1, 1, -20}, {-2, 1, 3}, 0}, Edge{{0, 0, 0}, {0.7f, 0.3f, 0}, 0},
        Edge{{-3, -2, 0}, {3, 2, 0}, 2.5f}, Edge{{-2, 2, -5}, {2, -2, 2}, 1.5f}}) {
    SmallScene small;
    SmallScene::bend(small.addEdge(from, to, 0.5f), tangent);
    const double length = lengthOnScreen(small, from, to, tangent);
    const double light = draw(small).total() / kUnit;
    EXPECT_NEAR(light / (0.5 * length), 1, exactTolerance(length, tangent == 0))
        << "to (" << to.x << ", " << to.y << ", " << to.z << "), bent by " << tangent;
  }
}

// How far light lies from the line between two points of the world, at most; pixels.
double distanceFromLine(const Light& light, glm::dvec2 from, glm::dvec2 to) {
  const glm::dvec2 along = glm::normalize(to - from);
  double largest = 0;
  for (std::size_t i = 0; i < light.positive.size(); ++i) {
    if (light.positive[i] + light.negative[i] == 0) continue;
    const glm::dvec2 pixel(static_cast<double>(i % kSize.width) + 0.5,
                           static_cast<double>(i / kSize.width) + 0.5);
    const glm::dvec2 offset = pixel - from;
    largest = std::max(largest, std::abs(offset.x * along.y - offset.y * along.x));
  }
  return largest;
}

// Half a pixel of jitter each way, and half a pixel from a pixel's middle to its corner.
const double kWidthOfLine = std::sqrt(2.0);

TEST_P(EdgePassTest, LightFallsOnTheEdgeAndNowhereElse) {
  SmallScene small;
  small.addEdge({-3, -2, 0}, {3, 1, 0}, 1);
  EXPECT_LE(distanceFromLine(draw(small), pixelOf(small, {-3, -2, 0}), pixelOf(small, {3, 1, 0})),
            kWidthOfLine);
}

TEST_P(EdgePassTest, OfSampledEdgesEveryFrameGivesTheSameLightOnAverage) {
  SmallScene exact, sampled;
  for (SmallScene* small : {&exact, &sampled})
    SmallScene::bend(small->addEdge({-3, -2, 0}, {3, 1, 0}, 0.5f), 2);
  sampled.bundles[0].samples = 4.5f;  // five, or four
  setRange(1, 0.5f);
  constexpr int frames = 400;
  double sum = 0, squares = 0;
  for (std::uint32_t frame = 1; frame <= frames; ++frame) {
    const double light = draw(sampled, frame).total();
    sum += light;
    squares += light * light;
  }
  const double mean = sum / frames, deviation = std::sqrt(squares / frames - mean * mean);
  // Five deviations of the mean, which chance exceeds once in two million runs; this chance is a fixed one.
  EXPECT_NEAR(mean, draw(exact).total(), 5 * deviation / std::sqrt(frames) + 0.02 * mean);
}

TEST_P(EdgePassTest, SampledFramesConvergeToTheExactPicture) {
  constexpr int reference = 64;
  SmallScene exact, sampled;
  for (SmallScene* small : {&exact, &sampled}) {
    SmallScene::bend(small->addEdge({-3, -2, 0}, {3, 1, 0}, 1), 2);
    SmallScene::bend(small->addEdge({-3, 2, 0}, {3, -2, 0}, 1), 1);
  }
  for (gpu::EdgeBundle& bundle : sampled.bundles) bundle.samples = 6;
  const std::size_t pixels = kSize.width * kSize.height;
  std::vector<double> wanted(pixels), seen(pixels);
  for (std::uint32_t frame = 1; frame <= reference; ++frame) {
    const Light light = draw(exact, 1000 + frame);
    for (std::size_t i = 0; i < pixels; ++i) wanted[i] += light.positive[i] / reference;
  }
  double lastError = std::numeric_limits<double>::infinity();
  for (std::uint32_t frame = 1; frame <= 256; ++frame) {
    const Light light = draw(sampled, frame);
    for (std::size_t i = 0; i < pixels; ++i) seen[i] += light.positive[i];
    if (frame != 1 && frame != 16 && frame != 256) continue;
    double error = 0;
    for (std::size_t i = 0; i < pixels; ++i) error += std::pow(seen[i] / frame - wanted[i], 2);
    error = std::sqrt(error);
    // Sixteen times as many samples: a quarter of the error, as chance has it; half is asked for.
    EXPECT_LT(error, 0.5 * lastError) << frame << " frames";
    lastError = error;
  }
}

TEST_P(EdgePassTest, TheLeakMakesTheMeanOfRestingFrames) {
  SmallScene small;
  small.addEdge({-3, -2, 0}, {3, 1, 0}, 1);
  const double one = draw(small, 1).total();
  double blended = one;
  for (std::uint32_t frame = 2; frame <= 16; ++frame)
    blended = draw(small, frame, 1.0f / static_cast<float>(frame)).total();
  // The leak rounds down: a unit a frame for every pixel that holds light, of which there are at most some
  // three a pixel of length. The frames differ among themselves by the exact mode's own error.
  EXPECT_NEAR(blended, one, 16 * 3 * one / kUnit + one * 0.01);
}

TEST_P(EdgePassTest, ZeroDrawsNothing) {
  SmallScene small = edgesAcross({0.0f});
  EXPECT_EQ(draw(small).total(), 0);
}

TEST_P(EdgePassTest, TheSignDecidesThePlane) {
  for (const float value : {1.0f, -1.0f}) {
    SmallScene small = edgesAcross({value});
    const Light light = draw(small);
    const auto& wanted = value > 0 ? light.positive : light.negative;
    const auto& other = value > 0 ? light.negative : light.positive;
    EXPECT_GT(*std::max_element(wanted.begin(), wanted.end()), 0);
    EXPECT_EQ(*std::max_element(other.begin(), other.end()), 0);
  }
}

TEST_P(EdgePassTest, WhatDoesNotExceedTheThresholdIsNotDrawn) {
  SmallScene small = edgesAcross({0.25f});
  small.edges.threshold = 0.25f;
  EXPECT_EQ(draw(small).total(), 0);
  small.values[0] = -0.26f;
  EXPECT_GT(draw(small).total(), 0);
}

TEST_P(EdgePassTest, StrengthIsTheShareOfTheRangeToThePowerOfGamma) {
  SmallScene small = edgesAcross({4});
  setRange(8);
  const double linear = draw(small).total();
  small.edges.gamma = 3;
  // (4/8)³ against 4/8: a quarter. Same samples, so only rounding to whole units differs: one a sample, and
  // there is a sample for each 0.9 pixels.
  EXPECT_NEAR(draw(small).total() / linear, 0.25, 1.2 / (0.5 * 0.25 * kUnit));
}

TEST_P(EdgePassTest, TheSourcesActivationMultipliesTheValue) {
  SmallScene silent = edgesAcross({0.5f}), firing = edgesAcross({0.5f}), wanted = edgesAcross({-0.25f});
  silent.activations = {9, 0};
  firing.activations = {9, -0.5f};
  silent.bundles[0].firstActivation = firing.bundles[0].firstActivation = 1;
  EXPECT_EQ(draw(silent).total(), 0);
  EXPECT_EQ(draw(firing), draw(wanted));
}

TEST_P(EdgePassTest, AWeightBelongsToItsRowsTargetAndItsColumnsSource) {
  // Sources at the left, targets at the right; only element (1, 0) is not zero: source 0 to target 1.
  SmallScene small;
  small.addNode({-3, 2, 0});
  small.addNode({-3, -2, 0});
  small.addNode({3, 1, 0});
  small.addNode({3, -1, 0});
  small.addBundle(2, 2);
  small.values = {0, 0, 1, 0};
  const Light light = draw(small);
  EXPECT_GT(light.total(), 0);
  EXPECT_LE(distanceFromLine(light, pixelOf(small, {-3, 2, 0}), pixelOf(small, {3, -1, 0})), kWidthOfLine);
}

// Five sources and three targets; values of either sign, no two of a row equally strong.
SmallScene fiveToThree() {
  SmallScene small;
  for (int i = 0; i < 5; ++i) small.addNode({-3, 2 - static_cast<float>(i), 0});
  for (int i = 0; i < 3; ++i) small.addNode({3, 1 - static_cast<float>(i), 0});
  small.addBundle(5, 3);
  small.values = {0.1f,  -0.9f, 0.5f,  0.3f,  -0.7f,  //
                  0.8f,  0.2f,  0.6f,  -0.4f, 0.1f,   //
                  -0.3f, 0.4f,  -0.6f, 0.5f,  0.9f};
  return small;
}

TEST_P(EdgePassTest, ATargetKeepsItsStrongestEdgesAndNoOthers) {
  SmallScene all = fiveToThree(), most = fiveToThree();
  most.bundles[0].most = 2;
  all.values = {0, -0.9f, 0, 0, -0.7f, 0.8f, 0, 0.6f, 0, 0, 0, 0, -0.6f, 0, 0.9f};
  EXPECT_EQ(draw(most), draw(all));
}

TEST_P(EdgePassTest, TheStrongestAreFoundAmongWhatTheSourcesActivationsMakeOfThem) {
  SmallScene all = fiveToThree(), most = fiveToThree();
  for (SmallScene* small : {&all, &most}) {
    small->activations = {1, 0.1f, 1, 0, -1};
    small->bundles[0].firstActivation = 0;
  }
  most.bundles[0].most = 1;
  // Of 0.1, -0.09, 0.5, 0, 0.7; of 0.8, 0.02, 0.6, 0, -0.1; of -0.3, 0.04, -0.6, 0, -0.9.
  all.values = {0, 0, 0, 0, -0.7f, 0.8f, 0, 0, 0, 0, 0, 0, 0, 0, 0.9f};
  EXPECT_EQ(draw(most), draw(all));
}

TEST_P(EdgePassTest, WhatIsNotANumberIsNotAmongTheStrongest) {
  SmallScene all = fiveToThree(), most = fiveToThree();
  for (SmallScene* small : {&all, &most}) small->values[1] = std::numeric_limits<float>::quiet_NaN();
  most.bundles[0].most = 2;
  all.values = {0, 0, 0.5f, 0, -0.7f, 0.8f, 0, 0.6f, 0, 0, 0, 0, -0.6f, 0, 0.9f};
  EXPECT_EQ(draw(most), draw(all));
}

TEST_P(EdgePassTest, WhoeverKeepsMoreThanThereAreKeepsAll) {
  SmallScene all = fiveToThree(), most = fiveToThree();
  most.bundles[0].most = 6;
  EXPECT_EQ(draw(most), draw(all));
}

TEST_P(EdgePassTest, AWideEdgeIsAsBrightAsANarrowOneAndWider) {
  SmallScene narrow = edgesAcross({0.5f}), wide = edgesAcross({0.5f});
  wide.edges.width = 5;
  const Light thin = draw(narrow), thick = draw(wide);
  // Five times the light, on five times the pixels. It takes five times the samples, which are rounded each,
  // and whose sum along the curve is the better for it.
  EXPECT_NEAR(thick.total() / thin.total(), 5,
              5 * 2 / std::ceil(1.1 * lengthOnScreen(narrow, {-3, 0, 0}, {3, 0, 0}, 0)));
  const double reach = distanceFromLine(thick, pixelOf(wide, {-3, 0, 0}), pixelOf(wide, {3, 0, 0}));
  EXPECT_GT(reach, 1.5);
  EXPECT_LE(reach, 2.5 + 0.5 * kWidthOfLine);
}

TEST_P(EdgePassTest, TheFarthestEdgeLosesTheShareOfItsLightThatTheDepthCueSays) {
  SmallScene small = edgesAcross({0.5f});  // ten units from the eye
  const double all = draw(small).total();
  small.edges.nearest = 5;
  small.edges.farthest = 10;
  small.edges.depthCue = 0.75f;
  // A unit of rounding a sample, of about 0.5 · kUnit.
  EXPECT_NEAR(draw(small).total() / all, 0.25, 4 / kUnit);
  small.edges.nearest = 10;
  small.edges.farthest = 20;
  EXPECT_NEAR(draw(small).total() / all, 1, 4 / kUnit);
}

TEST_P(EdgePassTest, PulsesMoveTheLightAlongAndAddNoneInTheMean) {
  SmallScene small = edgesAcross({0.5f});
  const double all = draw(small).total();
  small.edges.pulse = 1;
  double sum = 0, least = all, most = 0;
  constexpr int places = 32;
  for (int i = 0; i < places; ++i) {
    small.edges.pulsePlace = static_cast<float>(i) / places;
    const double light = draw(small).total();
    sum += light / places;
    least = std::min(least, light);
    most = std::max(most, light);
  }
  // The mean of a period is 6 / (12 ln 2) · (1 - 2⁻¹²) - 0.72 = 0.001 above 1; a sum over some forty samples
  // of an edge with a jump of 6 in it is wrong by up to one sample's share of the jump, at random.
  EXPECT_NEAR(sum / all, 1, 0.001 + 6.0 / 40 / std::sqrt(places) * 2);
  // With the period of one layer an edge holds just one pulse, wherever it is: it is never as dark as between
  // pulses. A straight curve is at most 1.5 times as fast as in the mean, and not at all at its ends: a front
  // adds 1.5 · 0.72 - 0.72 at most.
  EXPECT_GT(least / all, 0.28);
  EXPECT_LT(most / all, 1.36 + 0.04);
}

TEST_P(EdgePassTest, APulseIsBrightAtItsFrontAndHasItsTailBehindIt) {
  SmallScene small = edgesAcross({0.5f});
  small.edges.pulse = 1;
  small.edges.pulsePeriod = 4;  // more than the edge: the one pulse is all there is
  small.edges.pulsePlace = 0.5f;
  const auto halves = [&] {
    const Light light = draw(small);
    double left = 0, right = 0;
    for (std::size_t i = 0; i < light.positive.size(); ++i)
      (i % kSize.width < kSize.width / 2 ? left : right) += light.positive[i];
    return std::pair(left, right);
  };
  const auto [behind, before] = halves();
  EXPECT_GT(behind, 2 * before);
  small.edges.pulsePeriod = -4;  // the other way round
  const auto [ahead, after] = halves();
  EXPECT_GT(after, 2 * ahead);
}

TEST_P(EdgePassTest, GatheredEdgesMeet) {
  SmallScene small = fiveToThree();
  for (float& value : small.values) value = 1;
  gpu::EdgeBundle& bundle = small.bundles[0];
  bundle.gather = 1;  // wholly: all inner control points are the same two
  bundle.leave = {-1, 0, 0, 1};
  bundle.arrive = {1, 0, 0, 1};
  const Light light = draw(small);
  // In the middle of the curve a source's own place counts one eighth, and a target's too: of the four units
  // between the outermost sources, and of the two between targets, three quarters of a unit are left.
  const auto column = static_cast<std::size_t>(pixelOf(small, {0, 0, 0}).x);
  const double top = pixelOf(small, {0, 0.375f, 0}).y - 1, bottom = pixelOf(small, {0, -0.375f, 0}).y + 1;
  double lit = 0;
  for (std::size_t y = 0; y < kSize.height; ++y) {
    const double here = light.positive[y * kSize.width + column];
    lit += here;
    if (here > 0) {
      EXPECT_GE(static_cast<double>(y) + 0.5, top - 0.5);
      EXPECT_LE(static_cast<double>(y) + 0.5, bottom + 0.5);
    }
  }
  EXPECT_GT(lit, 0);
}

TEST_P(EdgePassTest, WhatIsBehindTheEyeDrawsNothing) {
  SmallScene small;
  small.addEdge({-3, 0, 20}, {3, 1, 30}, 1);
  EXPECT_EQ(draw(small).total(), 0);
}

TEST_P(EdgePassTest, AnEdgePastTheEyeIsDrawnWhereItIsInFront) {
  SmallScene small;
  small.addEdge({0.5f, 0, -5}, {0.5f, 0, 25}, 1);  // leaves the picture to the right of the middle
  const Light light = draw(small);
  EXPECT_GT(light.total(), 0);
  for (std::size_t i = 0; i < light.positive.size(); ++i) {
    if (light.positive[i] == 0) continue;
    EXPECT_GE(i % kSize.width, kSize.width / 2 - 1);
  }
}

// A sample that stands for more pixels than there are adds a lot, and no more than that: the sum of a pixel
// must not begin again at nothing.
TEST_P(EdgePassTest, LightBeyondAllMeasureDoesNotWrap) {
  for (const float gain : {1e5f, 1e7f, 1e20f}) {
    SmallScene small = edgesAcross({1, 1, 1, 1});
    for (gpu::EdgeBundle& bundle : small.bundles) bundle.gain = gain;
    const Light light = draw(small);
    const double brightest = *std::max_element(light.positive.begin(), light.positive.end());
    // Four edges of some 1.1 samples a pixel each, at most three in one.
    EXPECT_GE(brightest, 4 * std::min(gain * kUnit, double{gpu::kMostLight}) / 2) << gain;
    EXPECT_LE(brightest, 12 * double{gpu::kMostLight}) << gain;
  }
}

// A device may allow few workgroups a dispatch: then there are more dispatches.
class SlicedEdgePass : public VulkanTest {};
TEST_F(SlicedEdgePass, FewWorkgroupsADispatchGiveTheSameLight) {
  SmallScene small;
  small.addUnitRange();
  for (int i = 0; i < 300; ++i) small.addNode({i < 200 ? -3 : 3, 0.02f * static_cast<float>(i % 200) - 2, 0});
  small.addBundle(200, 100).most = 150;
  for (int i = 0; i < 200 * 100; ++i) small.values.push_back(std::sin(static_cast<float>(i)));
  RenderScene scene = small.render(device(), kSize);
  scene.view.viewport = {kSize.width, kSize.height};
  scene.view.frame = 1;
  const auto lightOf = [&](const EdgePass& pass) {
    const RenderTargets targets(device(), kSize);
    const auto make = [&](VkDeviceSize bytes) {
      return Buffer(device(), bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, MemoryUse::mapped, "group");
    };
    const Buffer ranges = make(64), projected = make(300 * 16), cutoffs = make(100 * 4);
    ranges.elements<gpu::Range>()[0] = {1, 1, 0, 1};
    FrameUpload upload(device(), 1 << 16);
    for (const float blend : {1.0f, 0.5f}) {  // the second frame leaks
      const UploadedScene uploaded = cajal::upload(upload, scene, groupFramesOf(scene),
                                                   {{wholeOf(ranges), wholeOf(projected), wholeOf(cutoffs)}});
      runNow(device(), [&](VkCommandBuffer commands) { pass.draw(commands, uploaded, blend, targets); });
    }
    return downloadNow(device(), targets.light);
  };
  EXPECT_EQ(lightOf(EdgePass(device(), 3)), lightOf(EdgePass(device())));
}

TEST(Slices, CoverEverythingOnceAndAreNeverTooLarge) {
  for (const std::uint64_t items :
       {0ull, 1ull, 64ull, 65ull, 4096ull, 65'535ull * 64, 8'388'608ull, 4'294'967'296ull}) {
    std::uint64_t next = 0;
    inSlices(items, 64, 65'535, [&](std::uint32_t first, std::uint32_t groups) {
      EXPECT_EQ(first, next);
      EXPECT_LE(groups, 65'535U);
      next = std::min(items, next + std::uint64_t{groups} * 64);
    });
    EXPECT_EQ(next, items);
  }
}

TEST_P(EdgePassTest, NoBundlesNoLight) {
  SmallScene small = edgesAcross({1});
  EXPECT_GT(draw(small).total(), 0);
  small.bundles.clear();
  EXPECT_EQ(draw(small).total(), 0);
}

TEST_P(EdgePassTest, TheSameFrameTwiceIsTheSameBitForBit) {
  SmallScene small = curtain(800);
  EXPECT_EQ(draw(small, 7), draw(small, 7));
}

TEST_P(EdgePassTest, EdgesBeyondOneDispatchAreDrawnToo) {
  constexpr std::uint32_t side = 2049;  // side² is more than 65,535 groups of 64
  SmallScene small, wanted = edgesAcross({1});
  for (std::uint32_t i = 0; i < 2 * side; ++i) small.addNode({i < side ? -3 : 3, 0, 0});
  small.addBundle(side, side);
  small.values.assign(std::size_t{side} * side, 0);
  small.values.back() = 1;
  const double line = draw(wanted).total();
  EXPECT_NEAR(draw(small).total(), line, 0.01 * line);
}

}  // namespace
}  // namespace cajal::test
