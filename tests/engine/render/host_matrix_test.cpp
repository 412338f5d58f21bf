// What the blocks hold is proved in matrix_pass_test.cpp, beside the shaders' own; here what only the host
// has.
#include "engine/render/host/host_matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <tuple>
#include <vector>

namespace cajal::test {
namespace {

std::vector<float> someValues(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::sin(static_cast<float>(i) * 0.7f);
  return values;
}

TEST(HostMatrix, TheNumberOfThreadsChangesNoBit) {
  const BlockLevels levels{1000, 700};
  const std::vector<float> values = someValues(levels.rows * levels.columns);
  const auto blocksBy = [&](int threads) {
    std::vector<gpu::Block> blocks(levels.blocks());
    reduceTileRows(values, levels, 0, levels.tileRows(), blocks, threads);
    reduceFurther(levels, blocks);
    return blocks;
  };
  const std::vector<gpu::Block> one = blocksBy(1), four = blocksBy(4);
  EXPECT_EQ(std::memcmp(one.data(), four.data(), one.size() * sizeof(gpu::Block)), 0);
}

TEST(HostMatrix, APlainSumLeavesNothingOut) {
  for (const std::size_t count : {1u, 63u, 64u, 65u, 65'536u, 200'001u}) {
    const std::vector<float> ones(count, 1.0f);  // whose sums are exact
    for (const int threads : {1, 3}) EXPECT_EQ(sumOnHost(ones, threads), static_cast<float>(count)) << count;
  }
}

TEST(BlockLevels, EndWithTheOneBlockThatHoldsTheMatrix) {
  for (const auto& [rows, columns, count] :
       {std::tuple{1, 1, 1}, {8, 8, 1}, {8, 9, 2}, {17, 1, 3}, {4096, 4096, 10}, {4096, 4097, 11}}) {
    const BlockLevels levels{static_cast<std::size_t>(rows), static_cast<std::size_t>(columns)};
    EXPECT_EQ(levels.count(), static_cast<std::size_t>(count)) << rows << " x " << columns;
    EXPECT_EQ(levels.down(levels.count() - 1) * levels.across(levels.count() - 1), 1U);
    EXPECT_EQ(levels.blocks(), levels.start(levels.count() - 1) + 1);
  }
}

}  // namespace
}  // namespace cajal::test
