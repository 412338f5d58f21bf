// Edges that are NaN or infinite: they mark the pixels that they pass, and add no light.
#include "tests/engine/render/edge_pass_fixture.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cajal::test {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinite = std::numeric_limits<float>::infinity();

class EdgeMarksTest : public EdgePassTest {};

INSTANTIATE_TEST_SUITE_P(Drawn, EdgeMarksTest, kByBoth, nameOfDrawing);

std::size_t countOf(const Marks& marks) {
  return static_cast<std::size_t>(std::count(marks.begin(), marks.end(), true));
}

// Every n-th edge is `bad`.
SmallScene curtain(float samples, std::size_t n, float bad) {
  SmallScene small = test::curtain(samples);
  SmallScene::bend(small.bundles[0], 1);
  for (std::size_t i = 0; i < small.values.size(); i += n) small.values[i] = bad;
  return small;
}

TEST_P(EdgeMarksTest, WhatIsNotFiniteAddsNoLight) {
  for (const float samples : {0.0f, 1000.0f}) {
    for (const float bad : {kNaN, kInfinite, -kInfinite}) {
      SmallScene small = curtain(samples, 1, bad);
      EXPECT_EQ(draw(small).total(), 0);
      EXPECT_GT(countOf(marks()), 0U);
    }
  }
}

TEST_P(EdgeMarksTest, WhatIsFiniteHasNoMarks) {
  for (const float samples : {0.0f, 1000.0f}) {
    SmallScene small = curtain(samples, 7, std::numeric_limits<float>::max());
    EXPECT_GT(draw(small).total(), 0);
    EXPECT_EQ(countOf(marks()), 0U);
  }
}

TEST_P(EdgeMarksTest, TheOthersAreAsBrightAsWithoutThem) {
  for (const float samples : {0.0f, 1000.0f}) {
    SmallScene with = curtain(samples, 7, kNaN), without = curtain(samples, 7, 0);
    setRange(1, 0.3f);
    EXPECT_EQ(draw(with), draw(without));
  }
}

TEST_P(EdgeMarksTest, AnEdgeIsMarkedFromEndToEndWithoutGapsAndNowhereElse) {
  SmallScene small = edgesAcross({kNaN});
  SmallScene::bend(small.bundles[0], 2);
  draw(small);
  const glm::dvec2 from = pixelOf(small, {-3, 0, 0}), to = pixelOf(small, {3, 0, 0});
  const Marks marked = marks();
  for (std::size_t x = 0; x < kSize.width; ++x) {
    const double middle = static_cast<double>(x) + 0.5;
    std::size_t here = 0;
    for (std::size_t y = 0; y < kSize.height; ++y) {
      if (!marked[y * kSize.width + x]) continue;
      ++here;
      EXPECT_LE(std::abs(static_cast<double>(y) + 0.5 - from.y), 1)
          << "half a pixel of jitter, and of its own";
      EXPECT_TRUE(middle > from.x - 1 && middle < to.x + 1) << x;
    }
    if (middle > from.x + 1 && middle < to.x - 1) {
      EXPECT_GT(here, 0U) << "column " << x;
    }
  }
}

TEST_P(EdgeMarksTest, EveryFramesAreTheSame) {
  for (const float samples : {0.0f, 100.0f}) {
    SmallScene small = curtain(samples, 2, kNaN);
    const Light light = draw(small, 1);
    const Marks first = marks();
    EXPECT_FALSE(draw(small, 2, 0.5f) == light) << "light is another in every frame";
    EXPECT_EQ(marks(), first);
  }
}

TEST_P(EdgeMarksTest, NoneAreLeftFromTheFrameBefore) {
  SmallScene broken = curtain(0, 1, kNaN), whole = curtain(0, 400, 0);
  draw(broken, 1);
  draw(whole, 2, 0.5f);
  EXPECT_EQ(countOf(marks()), 0U);

  SmallScene left, right;
  left.addEdge({-3, 2, 0}, {-3, -2, 0}, kNaN);
  right.addEdge({3, 2, 0}, {3, -2, 0}, kNaN);
  draw(right, 1);
  const Marks wanted = marks();
  draw(left, 2, 0.5f);
  draw(right, 3, 0.5f);
  EXPECT_EQ(marks(), wanted);
}

TEST_P(EdgeMarksTest, NoThresholdAndNoCutoffHidesThem) {
  SmallScene all = curtain(0, 7, kNaN), few = curtain(0, 7, kNaN);
  few.edges.threshold = 1;
  few.bundles[0].most = 1;
  draw(all);
  const Marks wanted = marks();
  EXPECT_EQ(draw(few).total(), 0);
  EXPECT_EQ(marks(), wanted);
}

TEST_P(EdgeMarksTest, AnInfiniteWeightOfASilentSourceIsNotANumber) {
  SmallScene small = edgesAcross({kInfinite});
  small.activations = {0};
  small.bundles[0].firstActivation = 0;
  EXPECT_EQ(draw(small).total(), 0);
  EXPECT_GT(countOf(marks()), 0U);
}

TEST_P(EdgeMarksTest, SampledTheyAreAsManyAsTheShareOfTheBundlesSamples) {
  SmallScene small = curtain(50, 1, kNaN);
  draw(small);
  // Half an edge's worth of points each: some edges have one, the others none. Two may fall on one pixel.
  const double points = gpu::kMarkSamples * 50;
  EXPECT_LT(static_cast<double>(countOf(marks())), points + 5 * std::sqrt(points));
  EXPECT_GT(static_cast<double>(countOf(marks())), 0.6 * points);
  setRange(1, 1, 0.25f);  // were only a quarter not finite, each of them would have four times as many
  const std::size_t some = countOf(marks());
  draw(small);
  EXPECT_GT(countOf(marks()), 2 * some);
}

TEST_P(EdgeMarksTest, AWideEdgeHasAWideMark) {
  SmallScene narrow = edgesAcross({kNaN}), wide = edgesAcross({kNaN});
  wide.edges.width = 6;
  draw(narrow);
  const std::size_t thin = countOf(marks());
  draw(wide);
  EXPECT_GT(countOf(marks()), 2 * thin);
}

}  // namespace
}  // namespace cajal::test
