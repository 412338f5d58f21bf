#include "viewer/scene/labels.h"

#include "tests/viewer/layout/networks.h"

#include <gtest/gtest.h>

#include <limits>

namespace cajal {
namespace {

TEST(WithThousands, SeparatesGroupsOfThree) {
  EXPECT_EQ(withThousands(0), "0");
  EXPECT_EQ(withThousands(999), "999");
  EXPECT_EQ(withThousands(1'000), "1,000");
  EXPECT_EQ(withThousands(109'184), "109,184");
  EXPECT_EQ(withThousands(1'234'567), "1,234,567");
  EXPECT_EQ(withThousands(std::numeric_limits<std::uint64_t>::max()), "18,446,744,073,709,551,615");
}

TEST(WeightName, SaysWhereWeightsComeFromOnlyWhereSeveralLeadToALayer) {
  const NetworkLayout layout = layOut(test::diamond());
  EXPECT_EQ(weightName(layout, layout.matrices[1]), "W2");
  EXPECT_EQ(weightName(layout, layout.matrices[2]), "W3 from 1");
  EXPECT_EQ(weightName(layout, layout.matrices[3]), "W3 from 2");
  const NetworkLayout residual = layOut(test::skips());
  EXPECT_EQ(weightName(residual, residual.matrices[2]), "W3");
}

TEST(ClassLayer, IsTheLastOutputLayer) {
  EXPECT_EQ(classLayer(layOut(test::diamond())), 3u);
  EXPECT_EQ(classLayer(layOut(test::twoOutputs())), 5u);
  EXPECT_EQ(classLayer(layOut(test::graphOf({4, 3, 8}, {{0, 2}, {2, 1}}))), 1u) << "layers in any order";
}

TEST(NotFiniteText, SaysHowManyAndNoMoreThanIsKnown) {
  EXPECT_EQ(notFiniteText(0), "");
  EXPECT_EQ(notFiniteText(1e-4f), "under 1 % not finite");
  EXPECT_EQ(notFiniteText(0.032f), "3 % not finite");
  EXPECT_EQ(notFiniteText(0.5f), "50 % not finite");
  EXPECT_EQ(notFiniteText(0.999f), "over 99 % not finite");
  EXPECT_EQ(notFiniteText(1), "all not finite");
}

TEST(ScreenBox, MeetsWhatSharesAPlaceWithItAndNotWhatOnlyTouches) {
  const ScreenBox box{{10, 20}, {30, 40}};
  EXPECT_TRUE(box.meets({{29, 39}, {50, 50}}));
  EXPECT_TRUE(box.meets({{0, 0}, {100, 100}}));
  EXPECT_TRUE(box.meets({{15, 25}, {15, 25}}));  // a single place
  EXPECT_FALSE(box.meets({{30, 20}, {50, 40}}));
  EXPECT_FALSE(box.meets({{10, 41}, {30, 60}}));
}

TEST(LabelView, IsCoveredWhereAnyOfItsBoxesIs) {
  LabelView view;
  EXPECT_FALSE(view.isCovered({{0, 0}, {1000, 1000}}));
  view.covered = {{{0, 0}, {10, 10}}, {{90, 90}, {100, 100}}};
  EXPECT_TRUE(view.isCovered({{95, 20}, {99, 91}}));
  EXPECT_FALSE(view.isCovered({{20, 20}, {80, 80}}));
}

}  // namespace
}  // namespace cajal
