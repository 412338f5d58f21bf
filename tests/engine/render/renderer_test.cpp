#include "tests/engine/render/renderer_fixture.h"

#include <algorithm>
#include <limits>

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{64, 48};

INSTANTIATE_TEST_SUITE_P(Drawn, RendererTest, kByBoth, nameOfDrawing);
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

using Color = Picture::Color;

// The colour reserved for what is not finite: no blue, no orange, no grey has so little green.
bool isWarning(const Color& color) {
  // In the dark stripes, too: one pixel may lie in one of them.
  return color.red > 110 && color.blue > 80 && color.green < color.blue / 2;
}

// What shines through between its stripes, too: neither the dark nor the paper nor an edge has the least
// green.
bool isTinted(const Color& color) {
  return color.green + 30 < std::min(color.red, color.blue);
}

int brightest(const Picture& picture) {
  int most = 0;
  for (std::size_t y = 0; y < picture.extent.height; ++y) {
    for (std::size_t x = 0; x < picture.extent.width; ++x) most = std::max(most, picture.at(x, y).sum());
  }
  return most;
}

int warnings(const Picture& picture) {
  int count = 0;
  for (std::size_t y = 0; y < picture.extent.height; ++y) {
    for (std::size_t x = 0; x < picture.extent.width; ++x) count += isWarning(picture.at(x, y));
  }
  return count;
}

// ---- nothing ----

TEST_P(RendererTest, AnEmptySceneIsTheBackgroundAndNothingElse) {
  SmallScene small;
  small.nodes.clear();
  const Picture picture = draw(small, kSize, 3);
  // Three channels of at most 30 of 255: nothing that is drawn would be so dark.
  EXPECT_LT(brightest(picture), 90);
  EXPECT_GT(picture.at(0, 0).sum(), 0);
}

TEST_P(RendererTest, TheBackgroundIsBrighterBelow) {
  SmallScene small;
  const Picture picture = draw(small, {64, 200});
  EXPECT_GT(picture.at(32, 199).sum(), picture.at(32, 0).sum());
}

// ---- edges ----

TEST_P(RendererTest, OrangeEdgesArePositiveAndBlueOnesNegative) {
  for (const float value : {0.9f, -0.9f}) {
    SmallScene small = edgesAcross({value});
    const Color color = draw(small, kSize, 16).at(32, 24);
    EXPECT_GT(color.sum(), 150);
    if (value > 0) {
      EXPECT_GT(color.red, color.blue + 40);
    } else {
      EXPECT_GT(color.blue, color.red + 40);
    }
  }
}

TEST_P(RendererTest, ASceneOfZeroWeightsLooksLikeOneWithoutEdges) {
  SmallScene zeros = edgesAcross({0}), none = edgesAcross({});
  EXPECT_EQ(draw(zeros, kSize, 2).rgba, draw(none, kSize, 2).rgba);
}

TEST_P(RendererTest, ANaNWeightLeavesTheOthersAsTheyAre) {
  SmallScene with, without;
  for (SmallScene* small : {&with, &without}) {
    small->addUnitRange();
    small->addEdge({-3, 1, 0}, {3, 1, 0}, 1);
    small->addEdge({-3, -1, 0}, {3, -1, 0}, 0);
  }
  with.values[1] = kNaN;
  const Picture broken = draw(with, kSize, 2), whole = draw(without, kSize, 2);
  for (std::size_t i = 0; i < whole.rgba.size(); i += 4) {
    const std::size_t x = i / 4 % kSize.width, y = i / 4 / kSize.width;
    if (isTinted(broken.at(x, y))) continue;
    EXPECT_TRUE(std::equal(&whole.rgba[i], &whole.rgba[i] + 4, &broken.rgba[i])) << x << ", " << y;
  }
}

TEST_P(RendererTest, AnEdgeThatIsNotFiniteWarnsAlongItsWholeCourse) {
  for (const float bad :
       {kNaN, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    for (const gpu::ToneStyle& tone : {SmallScene::darkTone(), appearance::toneOf(appearance::kPrint)}) {
      SmallScene small = edgesAcross({bad});
      small.tone = tone;
      const glm::vec2 from = pixelOf(small, kSize, {-3, 0, 0}), to = pixelOf(small, kSize, {3, 0, 0});
      const Picture picture = draw(small, kSize, 2);
      int on = 0, beside = 0;
      for (std::size_t y = 0; y < kSize.height; ++y) {
        for (std::size_t x = 0; x < kSize.width; ++x) {
          (std::abs(static_cast<float>(y) + 0.5f - from.y) < 1 ? on : beside) += isTinted(picture.at(x, y));
        }
      }
      // On paper the dark stripes are grey.
      EXPECT_GE(on, (to.x - from.x) / 2);
      EXPECT_EQ(beside, 0);
    }
  }
}

TEST_P(RendererTest, WhatIsNotFiniteStandsStillWhileTheCameraRests) {
  SmallScene small = curtain(100);
  small.values.assign(400, kNaN);
  Easel easel(device(), kSize, GetParam());
  const Picture first = easel.draw(small, 1);
  EXPECT_GT(warnings(first), 50);
  for (int frame = 0; frame < 9; ++frame) EXPECT_EQ(easel.draw(small, 1).rgba, first.rgba) << frame;
}

TEST_P(RendererTest, BloomSpreadsLightAroundAnEdge) {
  SmallScene sharp = edgesAcross({1}), blooming = edgesAcross({1});
  blooming.tone.bloom = 1;
  EXPECT_GT(draw(blooming, kSize, 4).at(32, 32).sum(), draw(sharp, kSize, 4).at(32, 32).sum() + 10);
}

// ---- nodes ----

TEST_P(RendererTest, AFiringNodeIsBrighterThanASilentOne) {
  SmallScene silent = oneNode(0), half = oneNode(0.5f), firing = oneNode(1);
  const int dark = draw(silent).at(32, 24).sum(), middle = draw(half).at(32, 24).sum(),
            bright = draw(firing).at(32, 24).sum();
  EXPECT_GT(middle, dark + 30);
  EXPECT_GT(bright, middle + 30);
}

TEST_P(RendererTest, ANegativeActivationIsBlue) {
  SmallScene small = oneNode(-1);
  const Color color = draw(small).at(32, 24);
  EXPECT_GT(color.blue, color.red + 40);
}

TEST_P(RendererTest, ANodeThatIsNotANumberWarns) {
  SmallScene small = oneNode(kNaN);
  EXPECT_TRUE(isWarning(draw(small).at(32, 24)));
}

TEST_P(RendererTest, ANodeIsAsLargeAsItsRadius) {
  SmallScene small = oneNode(1);
  const Picture picture = draw(small, {320, 240});
  const auto pixel = [&](float x) { return pixelOf(small, {320, 240}, {x, 0, 0}); };
  EXPECT_GT(picture.at(pixel(0.9f)).sum(), 250);
  // Beyond the rim there is only its halo.
  EXPECT_LT(picture.at(pixel(1.15f)).sum(), picture.at(pixel(0.9f)).sum() / 2);
}

TEST_P(RendererTest, ANodeWithoutARadiusIsNotDrawn) {
  SmallScene without = oneNode(1), empty = oneNode(1);
  without.nodes[0].radius = 0;
  empty.nodes.clear();
  EXPECT_EQ(draw(without).rgba, draw(empty).rgba);
}

TEST_P(RendererTest, OnlyWhatFiresHasAHalo) {
  SmallScene silent = oneNode(0.1f), firing = oneNode(1), empty = oneNode(0);
  empty.nodes.clear();
  const glm::vec2 beside = pixelOf(firing, {320, 240}, {1.4f, 0, 0});
  const int background = draw(empty, {320, 240}).at(beside).sum();
  EXPECT_EQ(draw(silent, {320, 240}).at(beside).sum(), background);
  EXPECT_GT(draw(firing, {320, 240}).at(beside).sum(), background + 10);
}

TEST_P(RendererTest, TheNearerNodeIsInFront) {
  SmallScene small = oneNode(1);
  small.activations.push_back(-1);
  small.addNode({0, 0, 3}, 0.5f, 1);   // nearer, and drawn later
  small.addNode({0, 0, -3}, 2.0f, 1);  // behind, and drawn later still
  const Picture picture = draw(small, {320, 240});
  const Color middle = picture.at(160, 120), beside = picture.at(pixelOf(small, {320, 240}, {0.9f, 0, 0}));
  EXPECT_GT(middle.blue, middle.red);
  EXPECT_GE(beside.red, beside.blue);
}

// ---- planes ----

TEST_P(RendererTest, AMatrixIsHungWithItsFirstRowOnTopAndItsFirstColumnLeft) {
  SmallScene small = onePlane(2, 3, {1, 0, 0, 0, 0, -1});
  const Picture picture = draw(small, {320, 240});
  const auto at = [&](float x, float y) { return picture.at(pixelOf(small, {320, 240}, {x, y, 0})); };
  EXPECT_GT(at(-2, 1).red, at(-2, 1).blue + 40);
  EXPECT_GT(at(2, -1).blue, at(2, -1).red + 40);
  for (const glm::vec2 dark : {glm::vec2(0, 1), glm::vec2(2, 1), glm::vec2(-2, -1), glm::vec2(0, -1)})
    EXPECT_LT(at(dark.x, dark.y).sum(), 200);
}

TEST_P(RendererTest, AMatrixHasTheColoursOfItsMap) {
  SmallScene small = onePlane(1, 3, {-1, 0, 1});
  for (const ColorMap map : {ColorMap::coolwarm, ColorMap::viridis}) {
    small.colors = colorScale(map);
    const Picture picture = draw(small, {320, 240});
    // Of a value without a sign only the size counts.
    const std::size_t middle = gpu::kColorStops / 2, last = gpu::kColorStops - 1;
    const std::size_t stops[] = {isSigned(map) ? 0 : last, isSigned(map) ? middle : 0, last};
    for (int column = 0; column < 3; ++column) {
      const float x = 2.0f * static_cast<float>(column - 1);
      const Color color = picture.at(pixelOf(small, {320, 240}, {x, 0, 0}));
      const gpu::vec3 wanted = 255.0f * small.colors.stops[stops[column]];
      EXPECT_NEAR(color.red, wanted.x, 1) << name(map) << ", column " << column;
      EXPECT_NEAR(color.green, wanted.y, 1) << name(map) << ", column " << column;
      EXPECT_NEAR(color.blue, wanted.z, 1) << name(map) << ", column " << column;
    }
  }
}

TEST_P(RendererTest, AnElementThatIsNotANumberWarns) {
  SmallScene small = onePlane(1, 3, {0.5f, kNaN, std::numeric_limits<float>::infinity()});
  const Picture picture = draw(small, {320, 240});
  const auto at = [&](float x) { return picture.at(pixelOf(small, {320, 240}, {x, 0, 0})); };
  EXPECT_FALSE(isWarning(at(-2)));
  EXPECT_TRUE(isWarning(at(0)));
  EXPECT_TRUE(isWarning(at(2)));
}

TEST_P(RendererTest, FromFarAwayOneNaNStillWarns) {
  SmallScene small = onePlane(200, 200, std::vector<float>(200 * 200, 0.1f));  // six by six under a pixel
  EXPECT_EQ(warnings(draw(small)), 0);
  small.values[100 * 200 + 77] = kNaN;
  EXPECT_GE(warnings(draw(small)), 1);
}

TEST_P(RendererTest, FromFarAwayNoiseKeepsItsLevel) {
  std::vector<float> values(200 * 200);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 2 ? 0.8f : -0.8f;
  SmallScene noise = onePlane(200, 200, values), flat = onePlane(1, 1, {0.8f});
  const Color far = draw(noise).at(32, 24), near = draw(flat).at(32, 24);
  // Root mean square, with either sign.
  EXPECT_NEAR(std::max(far.red, far.blue), std::max(near.red, near.blue), 40);
}

TEST_P(RendererTest, AnImageIsDarkWhereItIsZeroAndWhiteWhereItIsOne) {
  SmallScene small = onePlane(1, 2, {});
  small.activations = {0, 1};
  small.planes[0].source = gpu::kActivations;
  small.planes[0].isImage = 1;
  const Picture picture = draw(small, {320, 240});
  const Color dark = picture.at(pixelOf(small, {320, 240}, {-1.5f, 0, 0})),
              bright = picture.at(pixelOf(small, {320, 240}, {1.5f, 0, 0}));
  EXPECT_LT(dark.sum(), 150);
  EXPECT_GT(std::min({bright.red, bright.green, bright.blue}), 180);
}

TEST_P(RendererTest, APlaneThatHidesHidesTheEdgesBehindIt) {
  SmallScene with = onePlane(1, 1, {0.5f}), without = onePlane(1, 1, {0.5f});
  with.addEdge({-3, 0, -1}, {3, 0, -1}, 1);
  EXPECT_EQ(draw(with, kSize, 4).at(32, 24).sum(), draw(without, kSize, 4).at(32, 24).sum());
  with.planes[0].hides = 0.25f;
  without.planes[0].hides = 0.25f;
  EXPECT_GT(draw(with, kSize, 4).at(32, 24).sum(), draw(without, kSize, 4).at(32, 24).sum() + 10);
}

// ---- frames ----

TEST_P(RendererTest, EverySizeIsFilledToItsLastPixel) {
  SmallScene small = oneNode(1);
  small.addEdge({-3, 0, 0}, {3, 0.5f, 0}, 1);
  Easel easel(device(), {64, 48}, GetParam());
  for (const VkExtent2D extent : {VkExtent2D{1, 1},
                                  {3, 5},
                                  {8, 8},
                                  {9, 7},
                                  {640, 2},
                                  {2, 360},
                                  {63, 65},
                                  {64, 48},
                                  {1, 1},
                                  {321, 181}}) {
    easel.renderer().resize(extent);
    const Picture picture = easel.draw(small, 3);
    ASSERT_EQ(picture.rgba.size(), std::size_t{4} * extent.width * extent.height);
    for (std::size_t i = 0; i < picture.rgba.size(); i += 4) {
      ASSERT_EQ(picture.rgba[i + 3], std::byte{255}) << extent.width << " x " << extent.height;
      ASSERT_NE(picture.rgba[i + 2], std::byte{0}) << "the background is blue everywhere";
    }
  }
}

TEST_P(RendererTest, AThousandSizesBetweenFramesInFlightAreSafe) {
  SmallScene small = oneNode(1);
  Easel easel(device(), {64, 48}, GetParam());
  for (std::uint32_t i = 0; i < 1000; ++i) {
    easel.renderer().resize({1 + (i * 37) % 200, 1 + (i * 53) % 150});
    easel.draw(small);
  }
  EXPECT_EQ(easel.renderer().extent().width, 1 + (999 * 37) % 200U);
}

TEST_P(RendererTest, TheSameFramesTwiceAreTheSameBitForBit) {
  SmallScene small = curtain(800);
  small.tone.bloom = 0.3f;
  small.activations = {0.7f};
  small.addNode({0, 0, 0}, 1);
  EXPECT_EQ(draw(small, {320, 180}, 5).rgba, draw(small, {320, 180}, 5).rgba);
}

TEST_P(RendererTest, RestingFramesComeNearerToTheExactPicture) {
  const auto scene = [](float samples) {
    SmallScene small;
    small.addUnitRange();
    for (int i = 0; i < 20; ++i) small.addNode({i < 10 ? -3 : 3, 0.4f * static_cast<float>(i % 10) - 2, 0});
    small.addBundle(10, 10).samples = samples;
    for (int i = 0; i < 100; ++i) small.values.push_back(std::sin(static_cast<float>(i)));
    return small;
  };
  SmallScene exact = scene(0), sampled = scene(300);
  const Picture wanted = draw(exact, kSize, 16);
  const auto error = [&](const Picture& picture) {
    double sum = 0;
    for (std::size_t i = 0; i < picture.rgba.size(); ++i)
      sum += std::abs(static_cast<double>(picture.rgba[i]) - static_cast<double>(wanted.rgba[i]));
    return sum;
  };
  const double one = error(draw(sampled, kSize, 1)), many = error(draw(sampled, kSize, 16));
  EXPECT_LT(many, 0.6 * one);  // chance alone gives a quarter; the logarithm of the tone takes some of that
}

TEST_P(RendererTest, ForgottenLightIsGone) {
  SmallScene left, right;
  left.addUnitRange();
  right.addUnitRange();
  left.addEdge({-3, 2, 0}, {-3, -2, 0}, 1);
  right.addEdge({3, 2, 0}, {3, -2, 0}, 1);
  Easel easel(device(), kSize, GetParam());
  const glm::vec2 where = pixelOf(left, kSize, {-3, 0, 0});
  const Picture lit = easel.draw(left, 8);
  easel.renderer().forgetLight();
  const Picture picture = easel.draw(right, 1);
  EXPECT_GT(lit.at(where).sum(), 150);
  EXPECT_LT(picture.at(where).sum(), 60);
}

TEST_P(RendererTest, RangesAndWatchedValuesArriveOnTheHost) {
  SmallScene small = oneNode(0.25f);
  small.activations = {0.25f, 0.5f, -1};
  small.ranges.push_back({gpu::kActivations, 0, 1, 3, gpu::kNone, 1, 4.0f, 0});
  Easel easel(device(), kSize, GetParam());
  easel.draw(small, 4);  // two are in flight: the first have arrived
  const std::span<const float> watched = easel.renderer().readBack().watched(0);
  EXPECT_TRUE(std::equal(watched.begin(), watched.end(), small.activations.begin(), small.activations.end()));
  const std::span<const gpu::Range> ranges = easel.renderer().readBack().ranges(0);
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_FLOAT_EQ(ranges[0].end, 1);
  EXPECT_FLOAT_EQ(ranges[1].end, 4);
}

// The numbers under the pointer stand behind the outputs: they must come however many outputs there are.
TEST_P(RendererTest, WhatIsWatchedArrivesHoweverMuchItIs) {
  SmallScene small = oneNode(0.25f);
  for (int i = 1; i < 9000; ++i) small.activations.push_back(static_cast<float>(i));
  RenderScene scene = small.render(device(), {64, 48});
  std::vector<BufferRange>& watched = scene.groups[0].watched;
  watched.push_back(watched[0]);
  watched.back().offset += 17 * sizeof(float);
  watched.back().bytes = sizeof(float);
  scene.watch.number = 5;
  Easel easel(device(), {64, 48}, GetParam());
  easel.draw(scene, 4);
  const std::span<const float> floats = easel.renderer().readBack().watched(0);
  ASSERT_EQ(floats.size(), 9001U);
  EXPECT_EQ(floats[8999], 8999);
  EXPECT_EQ(floats[9000], 17);
  EXPECT_EQ(easel.renderer().readBack().number(), 5U);
}

TEST_P(RendererTest, AGrowingSceneIsDrawnWithoutGarbage) {
  Easel easel(device(), kSize, GetParam());
  SmallScene few = oneNode(1), many = oneNode(1);
  easel.draw(few, 2);
  for (int i = 0; i < 500; ++i) many.addNode({100, 100, 0}, 1);
  for (int i = 0; i < 100; ++i) many.addUnitRange();
  const Picture grown = easel.draw(many, 2);
  EXPECT_GT(grown.at(32, 24).sum(), 300);
  EXPECT_LT(grown.at(2, 2).sum(), 60);
}

}  // namespace
}  // namespace cajal::test
