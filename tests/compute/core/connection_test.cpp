#include "compute/core/connection.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/error.h"

namespace cajal {
namespace {

using Ranks = std::vector<std::size_t>;

TEST(RanksOfLayers, AreTheLongestPathsFromTheInputs) {
  // A diamond with a branch that is longer than the other.
  EXPECT_EQ(ranksOf(5, std::vector<Connection>{{0, 1}, {0, 2}, {2, 3}, {1, 4}, {3, 4}}),
            (Ranks{0, 1, 1, 2, 3}));
  // Two inputs that meet, two outputs that part.
  EXPECT_EQ(ranksOf(5, std::vector<Connection>{{0, 2}, {1, 2}, {2, 3}, {2, 4}}), (Ranks{0, 0, 1, 2, 2}));
  // A skip across three layers.
  EXPECT_EQ(ranksOf(5, std::vector<Connection>{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}}),
            (Ranks{0, 1, 2, 3, 4}));
  EXPECT_EQ(ranksOf(2, {}), (Ranks{0, 0}));
}

TEST(RanksOfLayers, DoNotDependOnTheOrderOfLayersAndConnections) {
  EXPECT_EQ(ranksOf(4, std::vector<Connection>{{1, 0}, {2, 1}, {3, 2}}), (Ranks{3, 2, 1, 0}));
}

// An input of 4, a dense layer of 3, a layer of 3 without weights, a dense layer of 2.
class Connections : public testing::Test {
 protected:
  Connections() {
    for (const std::size_t values : {4, 3, 3, 2}) {
      TensorView activation;
      activation.role = TensorRole::activation;
      activation.layer = static_cast<int>(tensors.size());
      activation.shape = {{values}};
      tensors.push_back(activation);
    }
    tensors.push_back({"layer1.weight", TensorRole::weight, 1, {{3, 4}}, ArenaKind::parameters, 0});
    tensors.push_back({"layer3.weight", TensorRole::weight, 3, {{2, 3}}, ArenaKind::parameters, 64});
  }
  std::string refusalOf(const std::vector<Connection>& connections) const {
    try {
      checkConnections(tensors, connections);
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      return error.what();
    }
    return "none";
  }
  std::vector<TensorView> tensors;
};

TEST_F(Connections, OfLayersInARowJoinEachToTheNextThroughItsWeight) {
  const std::vector<Connection> chain = chainOf(tensors);
  EXPECT_EQ(chain, (std::vector<Connection>{{0, 1, 4, false}, {1, 2, {}, false}, {2, 3, 5, false}}));
  EXPECT_EQ(refusalOf(chain), "none");
}

TEST_F(Connections, MaySkipLayersAndJoinSeveral) {
  EXPECT_EQ(refusalOf({{0, 1, 4}, {1, 2}, {2, 3, 5}, {1, 3, 5}}), "none");
  EXPECT_EQ(refusalOf({{0, 1, 4}, {1, 2, {}, true}}), "none") << "layer 3 is an input then";
}

TEST_F(Connections, ThatDoNotFitAreRefusedWithTheirLayers) {
  const struct {
    Connection connection;
    std::string words;
  } cases[] = {{{0, 7}, "from layer 0 to layer 7: there are layers 0 to 3 only"},
               {{0, 1, 9}, "from layer 0 to layer 1: there is no tensor 9"},
               {{0, 1, 0}, "from layer 0 to layer 1:  is no weight"},
               {{0, 1, 5}, "from layer 0 to layer 1: layer3.weight belongs to layer 3"},
               {{0, 3, 5}, "from layer 0 to layer 3: layer3.weight is 2 × 3, but layer 0 has 4 values"},
               {{0, 3, {}, true}, "from layer 0 to layer 3: 4 values cannot be added to 2"},
               {{0, 1, 4, true}, "from layer 0 to layer 1: an identity has no weights"}};
  for (const auto& [connection, words] : cases)
    EXPECT_NE(refusalOf({connection}).find(words), std::string::npos) << refusalOf({connection});
}

TEST_F(Connections, InACircleAreRefusedWithTheLayersOfIt) {
  EXPECT_NE(refusalOf({{0, 1, 4}, {1, 2}, {2, 3, 5}, {3, 1}}).find("layers 1 → 2 → 3 → 1 "),
            std::string::npos);
  EXPECT_NE(refusalOf({{2, 2}}).find("layers 2 → 2 "), std::string::npos);
}

TEST_F(Connections, OfAConvolutionMatchTheChannelsOnBothSides) {
  tensors[0].shape = {{5, 5, 4}};
  tensors[1].shape = {{5, 5, 6}};
  tensors[4].shape = {{6, 3, 3, 4}};
  EXPECT_EQ(refusalOf({{0, 1, 4}}), "none");
  tensors[4].shape = {{6, 3, 3, 2}};
  EXPECT_EQ(refusalOf({{0, 1, 4}}), "none") << "two groups";
  tensors[4].shape = {{7, 3, 3, 4}};
  EXPECT_NE(refusalOf({{0, 1, 4}}).find("7 × 3 × 3 × 4"), std::string::npos);
}

}  // namespace
}  // namespace cajal
