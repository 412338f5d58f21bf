#include "compute/math/permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cajal {
namespace {

std::vector<std::uint32_t> order(std::uint64_t seed, std::uint64_t epoch, std::uint32_t count) {
  const Permutation permutation(seed, epoch, count);
  std::vector<std::uint32_t> values(count);
  for (std::uint32_t i = 0; i < count; ++i) values[i] = permutation(i);
  return values;
}

bool isPermutation(const std::vector<std::uint32_t>& values) {
  std::vector<bool> seen(values.size());
  for (const std::uint32_t value : values) {
    if (value >= values.size() || seen[value]) return false;
    seen[value] = true;
  }
  return true;
}

std::size_t samePlaces(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i];
  return same;
}

TEST(Permutation, MeetsEveryExampleOnce) {
  for (std::uint32_t count = 1; count <= 70; ++count) EXPECT_TRUE(isPermutation(order(1, 0, count))) << count;
  for (const std::uint32_t count : {255u, 256u, 257u, 1000u, 4096u, 60'000u, 65'536u, 65'537u}) {
    EXPECT_TRUE(isPermutation(order(7, 3, count))) << count;
  }
}

TEST(Permutation, EveryEpochHasItsOwnOrder) {
  // Two independent orders agree in one place on average.
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    EXPECT_LT(samePlaces(order(1, epoch, 1000), order(1, epoch + 1, 1000)), 10u) << "epoch " << epoch;
  }
}

TEST(Permutation, EverySeedHasItsOwnOrder) {
  EXPECT_LT(samePlaces(order(1, 0, 1000), order(2, 0, 1000)), 10u);
}

TEST(Permutation, TheSameSeedAndEpochGiveTheSameOrder) {
  EXPECT_EQ(order(5, 9, 1000), order(5, 9, 1000));
}

TEST(Permutation, NoExamplePrefersAPlace) {
  // Which of 8 examples comes first, over 4000 epochs: 500 each, deviation √(4000 · 1/8 · 7/8) = 21; five of
  // them.
  std::vector<int> first(8);
  for (std::uint64_t epoch = 0; epoch < 4000; ++epoch) ++first[Permutation(1, epoch, 8)(0)];
  for (const int count : first) EXPECT_NEAR(count, 500, 105);
}

TEST(Permutation, WorksForTheLargestCount) {
  const Permutation permutation(1, 0, 0xffffffffu);
  EXPECT_LT(permutation(0), 0xffffffffu);
  EXPECT_NE(permutation(0), permutation(0xfffffffeu));
}

}  // namespace
}  // namespace cajal
