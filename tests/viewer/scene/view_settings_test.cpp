#include "viewer/scene/view_settings.h"

#include <gtest/gtest.h>

#include <set>

namespace cajal {
namespace {

TEST(Quantities, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names, shown;
  for (const Quantity quantity : kQuantities) {
    names.insert(name(quantity));
    shown.insert(displayName(quantity));
  }
  EXPECT_EQ(names.size(), std::size(kQuantities));
  EXPECT_EQ(shown.size(), std::size(kQuantities));
  EXPECT_EQ(names.count(""), 0U);
}

TEST(ViewRequests, AskForTheArenaOfTheQuantityAndForActivations) {
  const std::pair<Quantity, ArenaKind> arenas[] = {
      {Quantity::contribution, ArenaKind::parameters},    {Quantity::weight, ArenaKind::parameters},
      {Quantity::gradient, ArenaKind::gradients},         {Quantity::firstMoment, ArenaKind::firstMoments},
      {Quantity::secondMoment, ArenaKind::secondMoments}, {Quantity::change, ArenaKind::changes}};
  for (const auto& [quantity, arena] : arenas) {
    ViewSettings settings;
    settings.quantity = quantity;
    settings.example = 7;
    const ViewRequest request = viewRequest(settings);
    EXPECT_EQ(request.arenas, arenaBit(arena) | arenaBit(ArenaKind::activations)) << name(quantity);
    EXPECT_EQ(request.example, 7U);
    EXPECT_EQ(request.part, Part::test);
  }
}

}  // namespace
}  // namespace cajal
