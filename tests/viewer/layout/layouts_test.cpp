// What holds in every layout.
#include "tests/viewer/layout/networks.h"
#include "viewer/layout/layout_change.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace cajal::test {
namespace {

bool isFinite(const glm::vec3& v) {
  return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z);
}

// A layer as a flat box: its plane, and as thick as its spheres.
struct Slab {
  glm::vec3 center;
  std::array<glm::vec3, 3> axes;
  glm::vec3 half;
};
Slab slabOf(const LayerLayout& layer) {
  const float thickness = layer.isFlat() ? 0.05f : layer.radius;
  return {layer.center,
          {layer.right, layer.down, layer.normal},
          {0.5f * layer.width(), 0.5f * layer.height(), thickness}};
}

// Whether some axis separates the two (Gottschalk, Lin & Manocha 1996): a face of either, or a pair of edges.
bool areApart(const Slab& a, const Slab& b) {
  std::vector<glm::vec3> axes(a.axes.begin(), a.axes.end());
  axes.insert(axes.end(), b.axes.begin(), b.axes.end());
  for (const glm::vec3& p : a.axes) {
    for (const glm::vec3& q : b.axes) axes.push_back(glm::cross(p, q));
  }
  const auto reach = [](const Slab& slab, const glm::vec3& axis) {
    float sum = 0;
    for (int i = 0; i < 3; ++i)
      sum += slab.half[i] * std::fabs(glm::dot(slab.axes[static_cast<std::size_t>(i)], axis));
    return sum;
  };
  return std::any_of(axes.begin(), axes.end(), [&](const glm::vec3& axis) {
    return std::fabs(glm::dot(b.center - a.center, axis)) > reach(a, axis) + reach(b, axis);
  });
}

// A network in one of the layouts, with some of its layers folded.
struct Case {
  std::string name;
  NetworkFacts facts;
  LayoutChoice choice;
  NetworkLayout layout;
};

std::vector<Case> everyCase() {
  std::vector<Case> cases;
  for (const LayoutKind kind : kLayoutKinds) {
    for (const SomeNetwork& network : someNetworks()) {
      std::set<std::size_t> all, hidden, everyThird;
      for (std::size_t l = 0; l < network.shapes.size(); ++l) {
        all.insert(l);
        if (l > 0 && l + 1 < network.shapes.size()) hidden.insert(l);
        if (l % 3 == 1) everyThird.insert(l);
      }
      const std::vector<std::pair<std::string, std::set<std::size_t>>> folds{
          {"none", {}}, {"all", all}, {"hidden", hidden}, {"every third", everyThird}};
      for (const auto& [which, folded] : folds) {
        const LayoutChoice choice{kind, folded};
        cases.push_back({fmt::format("{}, {}, folded: {}", name(kind), network.name, which), network.facts,
                         choice, layOut(network.facts, choice)});
      }
    }
  }
  return cases;
}

// Calls `expect` with each case; what fails names it.
void inEveryCase(const std::function<void(const Case&)>& expect) {
  static const std::vector<Case> cases = everyCase();
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    expect(each);
  }
}

TEST(EveryLayout, GivesEveryNeuronAPlace) {
  inEveryCase([](const Case& each) {
    std::size_t count = 0;
    for (std::size_t l = 0; l < each.layout.layers.size(); ++l) {
      EXPECT_EQ(each.layout.layers[l].firstNode, count);
      EXPECT_EQ(each.layout.layers[l].count, each.facts.layers[l].count());
      count += each.facts.layers[l].count();
    }
    EXPECT_EQ(each.layout.nodes.size(), count);
    for (const glm::vec3& node : each.layout.nodes) ASSERT_TRUE(isFinite(node));
  });
}

TEST(EveryLayout, KeepsLayersApart) {
  inEveryCase([](const Case& each) {
    const std::vector<LayerLayout>& layers = each.layout.layers;
    for (std::size_t a = 0; a < layers.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b)
        ASSERT_TRUE(areApart(slabOf(layers[a]), slabOf(layers[b]))) << a << " and " << b;
    }
  });
}

TEST(EveryLayout, HasAxesOfUnitLengthAtRightAngles) {
  inEveryCase([](const Case& each) {
    for (const LayerLayout& layer : each.layout.layers) {
      for (const glm::vec3& axis : {layer.right, layer.down, layer.normal})
        EXPECT_NEAR(glm::length(axis), 1, 1e-5);
      EXPECT_NEAR(glm::dot(layer.right, layer.down), 0, 1e-5);
      EXPECT_NEAR(glm::dot(layer.right, layer.normal), 0, 1e-5);
      EXPECT_NEAR(glm::dot(layer.down, layer.normal), 0, 1e-5);
    }
  });
}

TEST(EveryLayout, KeepsNeuronsInTheirLayersBoxAndLayersInTheNetworks) {
  const auto contains = [](const Box& box, const glm::vec3& point) {
    return glm::all(glm::lessThanEqual(box.low - 1e-3f, point)) &&
           glm::all(glm::lessThanEqual(point, box.high + 1e-3f));
  };
  inEveryCase([&](const Case& each) {
    for (std::size_t l = 0; l < each.layout.layers.size(); ++l) {
      const LayerLayout& layer = each.layout.layers[l];
      for (std::size_t i = 0; i < layer.count; ++i) ASSERT_TRUE(contains(layer.box, each.layout.node(l, i)));
      EXPECT_TRUE(contains(each.layout.box, layer.box.low) && contains(each.layout.box, layer.box.high));
    }
  });
}

TEST(EveryLayout, IsTheSameEveryTimeAndAfterFoldingAndOpening) {
  inEveryCase([](const Case& each) {
    const NetworkLayout again = layOut(each.facts, each.choice);
    EXPECT_EQ(again.nodes, each.layout.nodes);
    EXPECT_EQ(again.seenFrom, each.layout.seenFrom);
  });
}

// The eye is where the program puts it: no picture is seen from its edge.
TEST(EveryLayout, ShowsItsPicturesToTheEye) {
  inEveryCase([](const Case& each) {
    for (const LayerLayout& layer : each.layout.layers) {
      if (layer.form != LayerForm::image || layer.isFolded) continue;
      EXPECT_GT(std::fabs(glm::dot(layer.normal, glm::normalize(each.layout.seenFrom))), 0.2f);
    }
  });
}

TEST(EveryLayout, HasMatricesThatAreShownOnlyWhereTheyHaveASize) {
  inEveryCase([](const Case& each) {
    for (const MatrixLayout& matrix : each.layout.matrices)
      EXPECT_EQ(matrix.isShown, glm::length(matrix.across) > 0 && glm::length(matrix.down) > 0);
  });
}

// ---- each of them ----

NetworkLayout digits(LayoutKind kind, const std::set<std::size_t>& folded = {}) {
  return layOut(someNetworks()[0].facts, {kind, folded});
}
NetworkLayout deep(LayoutKind kind, const std::set<std::size_t>& folded = {}) {
  return layOut(someNetworks()[2].facts, {kind, folded});
}

TEST(LayoutKinds, HaveNamesThatAreRead) {
  for (const LayoutKind kind : kLayoutKinds) EXPECT_EQ(fromName<LayoutKind>(name(kind)), kind);
  EXPECT_FALSE(fromName<LayoutKind>("cube"));
}

TEST(Ring, OfManyLayersClosesButForAGap) {
  const NetworkLayout layout = deep(LayoutKind::ring);
  const float gap = glm::distance(layout.layers.front().center, layout.layers.back().center);
  const float step = glm::distance(layout.layers[0].center, layout.layers[1].center);
  EXPECT_GT(gap, 1.5f * step);
  EXPECT_LT(gap, 6 * step);
}

TEST(Spiral, ClimbsInwards) {
  const NetworkLayout layout = deep(LayoutKind::spiral);
  const auto fromAxis = [](const glm::vec3& p) { return std::hypot(p.x, p.z); };
  for (std::size_t l = 1; l < layout.layers.size(); ++l) {
    EXPECT_GT(layout.layers[l].center.y, layout.layers[l - 1].center.y);
    EXPECT_LT(fromAxis(layout.layers[l].center), fromAxis(layout.layers[l - 1].center));
  }
}

TEST(Grid, TurnsAtTheEndOfARowBelowItsLastLayer) {
  const NetworkLayout layout = deep(LayoutKind::grid);
  int turns = 0;
  for (std::size_t l = 1; l < layout.layers.size(); ++l) {
    const LayerLayout &before = layout.layers[l - 1], &here = layout.layers[l];
    if (before.center.y == here.center.y) continue;
    EXPECT_EQ(before.center.x, here.center.x);
    EXPECT_EQ(before.normal, -here.normal);
    ++turns;
  }
  EXPECT_GT(turns, 2);
}

TEST(Tree, HasItsOutputsOnTopAndGrowsWiderBelow) {
  const NetworkLayout layout = deep(LayoutKind::tree);
  for (std::size_t l = 1; l < layout.layers.size(); ++l)
    EXPECT_LT(layout.layers[l - 1].center.y, layout.layers[l].center.y);
  for (std::size_t l = 2; l < layout.layers.size(); ++l)
    EXPECT_GT(layout.layers[l - 1].width(), layout.layers[l].width()) << l;
}

// ---- graphs ----

TEST(Graphs, HaveEachLayerBehindThoseThatItReads) {
  for (const NetworkFacts& facts : {diamond(), twoInputs(), twoOutputs(), skips(), unevenBranches()}) {
    const NetworkLayout layout = layOut(facts);
    for (const Connection& connection : layout.connections) {
      EXPECT_LT(layout.layers[connection.from].box.high.x, layout.layers[connection.to].box.low.x);
      EXPECT_FALSE(layout.layers[connection.from].isOutput);
      EXPECT_FALSE(layout.layers[connection.to].isInput);
    }
  }
}

TEST(Graphs, HaveLayersOfOneRankAboveEachOtherAndInTheirMiddleWhatJoinsThem) {
  const NetworkLayout layout = layOut(diamond());
  EXPECT_EQ(layout.layers[1].center.x, layout.layers[2].center.x);
  EXPECT_GT(layout.layers[1].box.low.y, layout.layers[2].box.high.y);
  EXPECT_NEAR(layout.layers[3].center.y, 0.5f * (layout.layers[1].center.y + layout.layers[2].center.y),
              1e-4);
  const NetworkLayout tree = layOut(diamond(), {LayoutKind::tree, {}});
  EXPECT_EQ(tree.layers[1].center.y, tree.layers[2].center.y);
  EXPECT_LT(tree.layers[1].box.high.x, tree.layers[2].box.low.x);
}

TEST(Graphs, KeepBranchesFromCrossing) {
  // The layer that reads the lower input is numbered first.
  const NetworkLayout layout = layOut(graphOf({8, 8, 8, 8, 2}, {{1, 2}, {0, 3}, {2, 4}, {3, 4}}));
  EXPECT_GT(layout.layers[0].center.y, layout.layers[1].center.y);
  EXPECT_GT(layout.layers[3].center.y, layout.layers[2].center.y);
}

TEST(Graphs, HaveMatricesThatDoNotOverlapAndIdentitiesThatDoNotHang) {
  for (const NetworkFacts& facts : {diamond(), twoInputs(), twoOutputs(), skips(), unevenBranches()}) {
    const NetworkLayout layout = layOut(facts);
    for (std::size_t m = 0; m < layout.matrices.size(); ++m) {
      const MatrixLayout& matrix = layout.matrices[m];
      EXPECT_EQ(matrix.isShown, !matrix.isIdentity());
      for (std::size_t other = 0; other < m && matrix.isShown; ++other)
        EXPECT_FALSE(layout.matrices[other].isShown && overlap(matrix.box, layout.matrices[other].box))
            << m << " and " << other;
    }
  }
}

TEST(Graphs, KeepOneBranchOpenWhereTheOtherIsFolded) {
  const NetworkLayout open = layOut(diamond()), folded = layOut(diamond(), {LayoutKind::layered, {1}});
  EXPECT_TRUE(folded.layers[1].isFolded);
  EXPECT_FALSE(folded.layers[2].isFolded);
  EXPECT_EQ(folded.layers[2].height(), open.layers[2].height());
  EXPECT_EQ(folded.layers[2].center.x, open.layers[2].center.x) << "its rank keeps its room";
  EXPECT_TRUE(folded.matrices[1].isShown) << "from the input to the open branch";
}

// Only what leads past layers takes a detour, and of a network in a row nothing does.
TEST(Graphs, LeadEdgesRoundTheLayersBetween) {
  for (const LayoutKind kind : kLayoutKinds) {
    for (const MatrixLayout& matrix : digits(kind).matrices) EXPECT_EQ(matrix.detour, glm::vec3(0.0f));
    const NetworkLayout layout = layOut(skips(), {kind, {}});
    for (const MatrixLayout& matrix : layout.matrices)
      EXPECT_TRUE(matrix.detour == glm::vec3(0.0f) || matrix.to - matrix.from > 1);
    for (const MatrixLayout& matrix : layout.matrices)
      EXPECT_TRUE(kind != LayoutKind::layered ||
                  (matrix.detour != glm::vec3(0.0f)) == (matrix.to - matrix.from > 1));
  }
}

// ---- folding ----

TEST(Folding, TakesLittleRoomAndMovesNeighboursTogether) {
  for (const LayoutKind kind : {LayoutKind::layered, LayoutKind::grid}) {
    const NetworkLayout open = digits(kind), folded = digits(kind, {1});
    EXPECT_LT(folded.layers[1].height(), 0.5f * open.layers[1].height());
    EXPECT_LT(glm::distance(folded.layers[0].center, folded.layers[1].center),
              0.7f * glm::distance(open.layers[0].center, open.layers[1].center));
  }
}

TEST(Folding, MakesADeepNetworkShort) {
  std::set<std::size_t> middle;
  for (std::size_t l = 2; l <= 61; ++l) middle.insert(l);
  EXPECT_LT(deep(LayoutKind::layered, middle).box.size().x, 0.2f * deep(LayoutKind::layered).box.size().x);
}

TEST(Folding, LeavesNoMatrixBetweenTwoBlocks) {
  const NetworkLayout layout = digits(LayoutKind::layered, {1, 2});
  EXPECT_TRUE(layout.matrices[0].isShown);
  EXPECT_FALSE(layout.matrices[1].isShown);
  EXPECT_TRUE(layout.matrices[2].isShown);
}

TEST(Folding, OfOutputsLeavesThemNoNames) {
  EXPECT_EQ(digits(LayoutKind::layered).layers[3].form, LayerForm::column);
  EXPECT_NE(digits(LayoutKind::layered, {3}).layers[3].form, LayerForm::column);
}

// ---- from one to another ----

TEST(LayoutChange, BeginsWhereTheOneIsAndEndsWhereTheOtherIs) {
  const NetworkLayout from = digits(LayoutKind::layered), to = digits(LayoutKind::ring, {2});
  LayoutChange change(from, to);
  EXPECT_EQ(change.remaining(), 1);
  EXPECT_EQ(change.nodesNow(), from.nodes);
  for (std::size_t l = 0; l < 4; ++l) {
    EXPECT_EQ(change.now().layers[l].center, from.layers[l].center);
    EXPECT_EQ(change.now().layers[l].right, from.layers[l].right);
  }
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(change.now().node(3, i), from.node(3, i)) << "labels follow";
  EXPECT_EQ(change.now().matrices[0].origin, from.matrices[0].origin);
  change.advance(LayoutChange::kSeconds);
  EXPECT_TRUE(change.isOver());
  EXPECT_EQ(change.remaining(), 0);
  EXPECT_EQ(change.nodesNow(), to.nodes);
  EXPECT_EQ(change.now().nodes, to.nodes);
  EXPECT_EQ(change.now().layers[2].center, to.layers[2].center);
  EXPECT_FALSE(change.now().matrices[0].isShown);
}

TEST(LayoutChange, BeginsAndEndsGentlyAndIsHalfwayInTheMiddle) {
  LayoutChange change(digits(LayoutKind::layered), digits(LayoutKind::grid));
  change.advance(0.05 * LayoutChange::kSeconds);
  EXPECT_GT(change.remaining(), 0.99f);
  change.advance(0.45 * LayoutChange::kSeconds);
  EXPECT_NEAR(change.remaining(), 0.5f, 1e-5);
  change.advance(0.45 * LayoutChange::kSeconds);
  EXPECT_LT(change.remaining(), 0.01f);
}

TEST(LayoutChange, DoesNotDependOnHowTimeIsCutIntoFrames) {
  LayoutChange once(digits(LayoutKind::layered), digits(LayoutKind::tree)), often = once;
  once.advance(0.5);
  for (int i = 0; i < 8; ++i) often.advance(0.0625);  // exact in binary
  EXPECT_EQ(once.remaining(), often.remaining());
}

// A picture glides as its pixels do, also where a layer's pictures are arranged anew.
TEST(LayoutChange, KeepsPicturesUnderTheirPixels) {
  const NetworkFacts facts = someNetworks()[1].facts;
  LayoutChange change(layOut(facts, {LayoutKind::layered, {3}}), layOut(facts, {LayoutKind::tree, {}}));
  change.advance(0.3);
  const std::vector<glm::vec3> nodes = change.nodesNow();
  for (std::size_t l = 0; l < 5; ++l) {
    const LayerLayout& layer = change.now().layers[l];
    for (std::size_t i = 0; i < layer.count; i += 13) {
      const std::size_t pixel = i / layer.channels;
      const auto row = static_cast<float>(pixel / layer.columns) + 0.5f,
                 column = static_cast<float>(pixel % layer.columns) + 0.5f;
      const glm::vec3 place = change.mapOriginNow(l, i % layer.channels) +
                              layer.spacing * (column * layer.right + row * layer.down);
      ASSERT_LT(glm::distance(nodes[layer.firstNode + i], place), 1e-3f) << l << ", " << i;
    }
  }
}

}  // namespace
}  // namespace cajal::test
