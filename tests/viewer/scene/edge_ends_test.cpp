// A convolution's edges against what defines them: y[r, c, o] = Σ W[o, i, j, k] x[r s + i d - p, c s + j d -
// p, k].
#include "viewer/scene/edge_ends.h"

#include "tests/viewer/layout/networks.h"

#include "engine/render/edge_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace cajal::test {
namespace {

// (source neuron, target neuron) → place of the weight in the matrix
using Edges = std::map<std::pair<std::size_t, std::size_t>, std::size_t>;

// All edges that the convolution has, by its definition.
Edges allEdges(const Convolution& convolution) {
  const SlidingWindow& w = convolution.window;
  const ExampleShape output = convolution.output();
  const std::size_t inputs = convolution.inputsPerGroup();
  Edges edges;
  for (std::size_t target = 0; target < output.count(); ++target) {
    const std::size_t o = target % output.channels, r = target / output.channels / output.columns,
                      c = target / output.channels % output.columns;
    for (std::size_t tap = 0; tap < w.size * w.size * inputs; ++tap) {
      const std::size_t i = tap / inputs / w.size, j = tap / inputs % w.size, k = tap % inputs;
      const std::size_t row = r * w.stride + i * w.dilation, column = c * w.stride + j * w.dilation;
      if (row < w.padding || column < w.padding) continue;
      if (row - w.padding >= w.input.rows || column - w.padding >= w.input.columns) continue;
      const std::size_t channel = o / convolution.outputsPerGroup() * inputs + k;
      const std::size_t source =
          ((row - w.padding) * w.input.columns + column - w.padding) * w.input.channels + channel;
      edges[{source, target}] = o * convolution.taps() + tap;
    }
  }
  return edges;
}

// What the bundles draw, as shaders and host read them.
Edges drawnEdges(const NetworkLayout& layout, const std::optional<NeuronPlace>& selected,
                 std::size_t matrix = 0) {
  Edges edges;
  for (const EdgePart& part : edgeParts(layout, matrix, selected)) {
    for (std::uint32_t t = 0; t < part.targets; ++t) {
      for (std::uint32_t s = 0; s < part.sources; ++s) {
        const std::size_t source = part.source + sourceOffset(part.window, t, s);
        const std::size_t value =
            part.firstValue + t * layout.matrices[matrix].columns + valueOffset(part.window, s);
        EXPECT_TRUE(edges.insert({{source, part.target + t}, value}).second) << "twice";
      }
    }
  }
  return edges;
}

// A convolution, laid out, and all edges that it has.
struct Convolved {
  Convolution convolution;
  NetworkLayout layout = layOutConvolution(convolution);
  Edges edges = allEdges(convolution);

  std::size_t sources() const { return convolution.window.input.count(); }
  Edges wanted(const std::function<bool(std::size_t source, std::size_t target)>& isWanted) const {
    Edges wanted;
    for (const auto& [ends, weight] : edges)
      if (isWanted(ends.first, ends.second)) wanted[ends] = weight;
    return wanted;
  }
};

// Calls `expect` with windows of several kinds; what fails says which.
void inSeveralConvolutions(const std::function<void(const Convolved&)>& expect) {
  // input, size, stride, padding, dilation; outputs, groups
  int number = 0;
  for (const Convolution& each :
       {Convolution{{{6, 7, 1}, 3, 1, 1, 1}, 2, 1}, Convolution{{{6, 7, 3}, 3, 1, 1, 1}, 2, 1},
        Convolution{{{7, 6, 4}, 3, 2, 1, 1}, 4, 2}, Convolution{{{8, 8, 2}, 3, 1, 2, 2}, 3, 1},
        Convolution{{{6, 6, 4}, 3, 1, 1, 1}, 8, 4}, Convolution{{{5, 5, 2}, 1, 1, 0, 1}, 3, 1},
        Convolution{{{9, 9, 2}, 3, 3, 4, 3}, 2, 2}, Convolution{{{2, 2, 2}, 5, 1, 2, 1}, 2, 1},
        Convolution{{{6, 6, 3}, 2, 2, 0, 1}, 2, 1}}) {
    SCOPED_TRACE(testing::Message() << "convolution number " << ++number);
    expect({each});
  }
}

TEST(EdgesOfAConvolution, ThoseOfTheMiddleAreDrawn) {
  inSeveralConvolutions([](const Convolved& each) {
    const ExampleShape output = each.convolution.output();
    const std::size_t middle = output.rows / 2 * output.columns + output.columns / 2;
    EXPECT_EQ(drawnEdges(each.layout, std::nullopt), each.wanted([&](std::size_t, std::size_t target) {
      return target / output.channels == middle;
    }));
  });
}

TEST(EdgesOfAConvolution, ThoseOfASelectedNeuronAreThoseItReads) {
  inSeveralConvolutions([](const Convolved& each) {
    for (std::size_t neuron = 0; neuron < each.convolution.output().count(); ++neuron) {
      EXPECT_EQ(drawnEdges(each.layout, NeuronPlace{1, neuron}), each.wanted([&](std::size_t,
                                                                                 std::size_t target) {
        return target == neuron;
      })) << neuron;
    }
  });
}

TEST(EdgesOfAConvolution, ThoseOfASelectedSourceLeadToAllWhoReadIt) {
  inSeveralConvolutions([](const Convolved& each) {
    for (std::size_t neuron = 0; neuron < each.sources(); ++neuron) {
      EXPECT_EQ(drawnEdges(each.layout, NeuronPlace{0, neuron}), each.wanted([&](std::size_t source,
                                                                                 std::size_t) {
        return source == neuron;
      })) << neuron;
    }
  });
}

// Both ways, and whatever is selected: the ends of a weight, and the weight between two ends.
TEST(EdgesOfAConvolution, AnEdgeHasItsWeightAndAWeightItsEnds) {
  inSeveralConvolutions([](const Convolved& each) {
    const LayerLayout& outputs = each.layout.layers[1];
    for (std::size_t source = 0; source < each.sources(); ++source) {
      for (std::size_t target = 0; target < outputs.count; ++target) {
        const std::optional<CellPlace> cell = edgeBetween(each.layout, source, outputs.firstNode + target);
        const auto found = each.edges.find({source, target});
        ASSERT_EQ(cell.has_value(), found != each.edges.end()) << source << " " << target;
        if (!cell) continue;
        EXPECT_EQ(cell->row * each.convolution.taps() + cell->column, found->second);
        for (const NeuronPlace& selected : {NeuronPlace{1, target}, NeuronPlace{0, source}}) {
          const std::optional<EdgeEnds> ends = edgeEnds(each.layout, *cell, selected);
          ASSERT_TRUE(ends.has_value());
          EXPECT_EQ(ends->source, source);
          EXPECT_EQ(ends->target, target);
        }
      }
    }
  });
}

TEST(EdgesOfAConvolution, AWeightThatReadsBesideTheImageHasNoEnds) {
  inSeveralConvolutions([](const Convolved& each) {
    const Edges drawn = drawnEdges(each.layout, NeuronPlace{1, 0});
    std::size_t ends = 0;
    for (std::size_t column = 0; column < each.convolution.taps(); ++column)
      ends += edgeEnds(each.layout, {0, 0, column}, NeuronPlace{1, 0}).has_value();
    EXPECT_EQ(ends, drawn.size());
  });
}

TEST(EdgesOfADenseLayer, AreAllOrThoseOfTheSelectedNeuron) {
  const NetworkLayout layout = layOut(inARow({{{1, 1, 3}}, {{1, 1, 2}, 2, 3, {}}}));
  const Edges all{{{0, 0}, 0}, {{1, 0}, 1}, {{2, 0}, 2}, {{0, 1}, 3}, {{1, 1}, 4}, {{2, 1}, 5}};
  EXPECT_EQ(drawnEdges(layout, std::nullopt), all);
  EXPECT_EQ(drawnEdges(layout, NeuronPlace{1, 1}), (Edges{{{0, 1}, 3}, {{1, 1}, 4}, {{2, 1}, 5}}));
  EXPECT_EQ(drawnEdges(layout, NeuronPlace{0, 1}), (Edges{{{1, 0}, 1}, {{1, 1}, 4}}));
  EXPECT_TRUE(drawnEdges(layout, NeuronPlace{5, 0}).empty());
}

// ---- graphs ----

// By definition: which neurons a connection joins, and with which cell of its matrix.
Edges edgesOf(const MatrixLayout& matrix) {
  Edges edges;
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t column = 0; column < matrix.columns; ++column)
      if (!matrix.isIdentity() || row == column) edges[{column, row}] = row * matrix.columns + column;
  }
  return edges;
}

std::vector<NetworkLayout> graphs() {
  std::vector<NetworkLayout> layouts;
  for (const NetworkFacts& facts : {diamond(), twoInputs(), twoOutputs(), skips(), unevenBranches()})
    layouts.push_back(layOut(facts));
  return layouts;
}

// Of an identity the places of its values mean nothing.
std::set<std::pair<std::size_t, std::size_t>> endsOf(const Edges& edges) {
  std::set<std::pair<std::size_t, std::size_t>> ends;
  for (const auto& [pair, place] : edges) ends.insert(pair);
  return ends;
}

TEST(EdgesOfAGraph, JoinTheNeuronsThatTheConnectionSays) {
  for (const NetworkLayout& layout : graphs()) {
    for (std::size_t m = 0; m < layout.matrices.size(); ++m) {
      const MatrixLayout& matrix = layout.matrices[m];
      const Edges drawn = drawnEdges(layout, std::nullopt, m);
      EXPECT_EQ(endsOf(drawn), endsOf(edgesOf(matrix)));
      EXPECT_TRUE(matrix.isIdentity() || drawn == edgesOf(matrix)) << m;
      EXPECT_EQ(matrix.edges(), drawn.size());
    }
  }
}

TEST(EdgesOfAGraph, OfASelectedNeuronAreThoseOfItsOwnConnections) {
  for (const NetworkLayout& layout : graphs()) {
    for (std::size_t l = 0; l < layout.layers.size(); ++l) {
      const NeuronPlace selected{l, layout.layers[l].count - 1};
      for (std::size_t m = 0; m < layout.matrices.size(); ++m) {
        const MatrixLayout& matrix = layout.matrices[m];
        std::set<std::pair<std::size_t, std::size_t>> wanted;
        for (const auto& [ends, place] : edgesOf(matrix)) {
          if ((matrix.from == l && ends.first == selected.index) ||
              (matrix.to == l && ends.second == selected.index))
            wanted.insert(ends);
        }
        EXPECT_EQ(endsOf(drawnEdges(layout, selected, m)), wanted) << "layer " << l << ", connection " << m;
      }
    }
  }
}

// Picking: the renderer says two nodes, and from these come the layers and the cell.
TEST(EdgesOfAGraph, AreFoundBetweenTheirNodesAndNowhereElse) {
  for (const NetworkLayout& layout : graphs()) {
    for (std::size_t a = 0; a < layout.layers.size(); ++a) {
      for (std::size_t b = 0; b < layout.layers.size(); ++b) {
        for (std::size_t i = 0; i < layout.layers[a].count; i += 3) {
          for (std::size_t j = 0; j < layout.layers[b].count; j += 2) {
            const std::optional<CellPlace> found =
                edgeBetween(layout, layout.layers[a].firstNode + i, layout.layers[b].firstNode + j);
            const bool isThere =
                std::any_of(layout.matrices.begin(), layout.matrices.end(), [&](const MatrixLayout& matrix) {
                  return matrix.from == a && matrix.to == b && edgesOf(matrix).contains({i, j});
                });
            ASSERT_EQ(found.has_value(), isThere) << a << " " << b << " " << i << " " << j;
            if (!found) continue;
            EXPECT_EQ(layout.matrices[found->matrix].from, a);
            EXPECT_EQ(layout.matrices[found->matrix].to, b);
            const std::optional<EdgeEnds> ends = edgeEnds(layout, *found, std::nullopt);
            ASSERT_TRUE(ends);
            EXPECT_EQ(ends->source, i);
            EXPECT_EQ(ends->target, j);
          }
        }
      }
    }
  }
}

TEST(EdgesOfAnIdentity, AreTheCellsOfItsDiagonalAlone) {
  const NetworkLayout layout = layOut(skips());
  std::size_t identity = 0;
  while (!layout.matrices[identity].isIdentity()) ++identity;
  EXPECT_TRUE(edgeEnds(layout, {identity, 4, 4}, std::nullopt));
  EXPECT_FALSE(edgeEnds(layout, {identity, 4, 5}, std::nullopt));
}

}  // namespace
}  // namespace cajal::test
