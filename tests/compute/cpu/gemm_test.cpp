#include "compute/cpu/gemm.h"

#include <gtest/gtest.h>

#include <vector>

#include "compute/cpu/thread_team.h"
#include "engine/base/error.h"

namespace cajal::cpu {
namespace {

TEST(Gemm, IsAProductOfRowMajorMatrices) {
  const std::vector<float> a{1, 2, 3, 4, 5, 6}, b{1, 0, 0, 1, 1, 1};
  std::vector<float> c(4, 1.0f);
  gemm(2, 2, 3, {a.data(), 3}, {b.data(), 2}, 2.0f, c.data(), 2);
  EXPECT_EQ(c, (std::vector<float>{1 + 3 + 2, 2 + 3 + 2, 4 + 6 + 2, 5 + 6 + 2}));
}

// The library says no to a stride shorter than a row, and in the same way when it is out of memory.
TEST(Gemm, WhatTheLibraryRefusesIsAnErrorInAnyThread) {
  const std::vector<float> a(4), b(4);
  std::vector<float> c(4);
  ThreadTeam team(2);
  const auto refused = [&](std::size_t) { gemm(2, 2, 2, {a.data(), 1}, {b.data(), 2}, 0.0f, c.data(), 2); };
  EXPECT_THROW(refused(0), Error);
  EXPECT_THROW(team.forEachTile(8, refused), Error);
}

}  // namespace
}  // namespace cajal::cpu
