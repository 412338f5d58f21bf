#include "engine/render/passes/pick_pass.h"

#include <limits>

#include "tests/engine/render/renderer_fixture.h"

namespace cajal::test {
namespace {

constexpr VkExtent2D kSize{160, 120};

class PickPassTest : public RendererTest {
 protected:
  // The edge under this place of the picture, as the renderer says some frames later.
  std::optional<PickedEdge> edgeAt(SmallScene& small, glm::vec2 pixel) const {
    Easel easel(device(), kSize, GetParam());
    RenderScene scene = small.render(device(), kSize);
    scene.watch.edgePick = pixel;
    easel.draw(scene, 3);
    const std::optional<ReadBack::EdgeAnswer>& answer = easel.renderer().readBack().edge();
    EXPECT_TRUE(answer);
    return answer ? answer->edge : std::nullopt;
  }
  std::optional<PickedEdge> edgeAt(SmallScene& small, glm::vec3 world) const {
    return edgeAt(small, pixelOf(small, kSize, world));
  }
};

INSTANTIATE_TEST_SUITE_P(Drawn, PickPassTest, kByBoth, nameOfDrawing);

// Three sources at the left, two targets at the right; nodes 0, 1, 2 and 3, 4.
SmallScene threeToTwo() {
  SmallScene small;
  small.addUnitRange();
  for (int i = 0; i < 3; ++i) small.addNode({-3, 2 - 2 * i, 0});
  for (int i = 0; i < 2; ++i) small.addNode({3, 1 - 2 * i, 0});
  small.addBundle(3, 2);
  small.values = {0.5f, 0.4f, 0.3f, 0.2f, 0.6f, 0.7f};
  return small;
}

TEST_P(PickPassTest, FindsEachEdgeInItsMiddle) {
  SmallScene small = threeToTwo();
  for (std::uint32_t source = 0; source < 3; ++source) {
    for (std::uint32_t target = 0; target < 2; ++target) {
      const glm::vec3 from = small.nodes[source].position, to = small.nodes[3 + target].position;
      // A place where no other edge passes, nearer to the target.
      const std::optional<PickedEdge> edge = edgeAt(small, glm::mix(from, to, 0.25f));
      ASSERT_TRUE(edge) << source << " to " << target;
      EXPECT_EQ(*edge, (PickedEdge{0, source, 3 + target}));
    }
  }
}

TEST_P(PickPassTest, FollowsTheCurveAndNotItsChord) {
  SmallScene small;
  small.addUnitRange();
  SmallScene::bend(small.addEdge({-3, -2, 0}, {3, 2, 0}, 1), 5);
  // A quarter of the way, by the Bernstein polynomials: 27/64, 27/64, 9/64, 1/64.
  const glm::vec3 on{(-3.0f * 27 + 2.0f * 27 - 2.0f * 9 + 3.0f) / 64, -2.0f * (27 + 27) / 64 + 2.0f * 10 / 64,
                     0};
  EXPECT_TRUE(edgeAt(small, on));
  EXPECT_FALSE(edgeAt(small, glm::vec3(-1.5f, -1, 0)));
}

TEST_P(PickPassTest, WhereNothingPassesThereIsNone) {
  SmallScene small = threeToTwo();
  EXPECT_FALSE(edgeAt(small, glm::vec2(2, 2)));
}

TEST_P(PickPassTest, OfSeveralTheStrongestIsMeant) {
  SmallScene small = edgesAcross({0.3f, -0.9f, 0.5f});
  EXPECT_EQ(edgeAt(small, glm::vec3(0)), (PickedEdge{0, 2, 3}));
}

TEST_P(PickPassTest, OfThoseEquallyStrongTheFirst) {
  SmallScene small = edgesAcross({0.5f, 0.5f, 0.5f});
  EXPECT_EQ(edgeAt(small, glm::vec3(0)), (PickedEdge{0, 0, 1}));
}

TEST_P(PickPassTest, WhatIsNotDrawnIsNotFound) {
  SmallScene weak = threeToTwo();
  const glm::vec3 onWeakest = glm::mix(weak.nodes[0].position, weak.nodes[4].position, 0.1f);
  EXPECT_EQ(edgeAt(weak, onWeakest), (PickedEdge{0, 0, 4}));
  weak.edges.threshold = 0.25f;
  EXPECT_FALSE(edgeAt(weak, onWeakest));

  SmallScene most = threeToTwo();
  most.bundles[0].most = 2;
  EXPECT_FALSE(edgeAt(most, onWeakest));
}

TEST_P(PickPassTest, WhatIsNotFiniteIsTheStrongestAndOneIsAsStrongAsTheOther) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(),
                  kInfinite = std::numeric_limits<float>::infinity();
  for (const float bad : {kNaN, -kNaN, kInfinite, -kInfinite}) {
    for (const float other : {kNaN, kInfinite}) {
      SmallScene small = edgesAcross({1e30f, bad, -1e38f, other});
      EXPECT_EQ(edgeAt(small, glm::vec3(0)), (PickedEdge{0, 2, 3})) << bad << ", " << other;
    }
  }
}

TEST_P(PickPassTest, WhatIsNotFiniteIsFoundWhateverIsTooWeakToBeDrawn) {
  SmallScene small = threeToTwo();
  const glm::vec3 onWeakest = glm::mix(small.nodes[0].position, small.nodes[4].position, 0.1f);
  small.edges.threshold = 0.9f;
  small.bundles[0].most = 1;
  EXPECT_FALSE(edgeAt(small, onWeakest));
  small.values[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(edgeAt(small, onWeakest), (PickedEdge{0, 0, 4}));
}

TEST_P(PickPassTest, AnEdgePastTheEyeIsFoundWhereItIsInFront) {
  SmallScene small;
  small.addUnitRange();
  small.addEdge({0.5f, 0, -5}, {0.5f, 0, 25}, 1);
  EXPECT_TRUE(edgeAt(small, glm::vec3(0.5f, 0, 0)));
}

TEST_P(PickPassTest, NobodyAskedNothingIsSaid) {
  SmallScene small = threeToTwo();
  Easel easel(device(), kSize, GetParam());
  easel.draw(small, 4);
  EXPECT_FALSE(easel.renderer().readBack().edge());
}

TEST_P(PickPassTest, ExactAmongAHundredThousand) {
  // A curtain of edges a twentieth of a pixel apart, all weak; one of them is strong.
  constexpr std::uint32_t side = 320;
  SmallScene small;
  small.addUnitRange();
  for (std::uint32_t i = 0; i < 2 * side; ++i)
    small.addNode({i < side ? -3 : 3, 2 - 4 * static_cast<float>(i % side) / side, 0});
  small.addBundle(side, side);
  small.values.assign(std::size_t{side} * side, 0.01f);
  small.values[std::size_t{123} * side + 45] = 0.02f;  // source 45 to target 123
  const glm::vec3 middle = 0.5f * (small.nodes[45].position + small.nodes[side + 123].position);
  EXPECT_EQ(edgeAt(small, middle), (PickedEdge{0, 45, side + 123}));
}

}  // namespace
}  // namespace cajal::test
