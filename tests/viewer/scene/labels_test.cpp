#include "viewer/scene/labels.h"

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

TEST(NotFiniteText, SaysHowManyAndNoMoreThanIsKnown) {
  EXPECT_EQ(notFiniteText(0), "");
  EXPECT_EQ(notFiniteText(1e-4f), "under 1 % not finite");
  EXPECT_EQ(notFiniteText(0.032f), "3 % not finite");
  EXPECT_EQ(notFiniteText(0.5f), "50 % not finite");
  EXPECT_EQ(notFiniteText(0.999f), "over 99 % not finite");
  EXPECT_EQ(notFiniteText(1), "all not finite");
}

}  // namespace
}  // namespace cajal
