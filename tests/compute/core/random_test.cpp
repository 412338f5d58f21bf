#include "compute/core/random.h"

#include <gtest/gtest.h>

namespace cajal {
namespace {

void expectWords(const Philox& result, std::uint32_t w0, std::uint32_t w1, std::uint32_t w2,
                 std::uint32_t w3) {
  EXPECT_EQ(result.words[0], w0);
  EXPECT_EQ(result.words[1], w1);
  EXPECT_EQ(result.words[2], w2);
  EXPECT_EQ(result.words[3], w3);
}

// The known answers that the authors publish with Random123 (philox4x32-10).
TEST(Philox, ZeroCounterAndKey) {
  expectWords(philox(0, 0, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
}

TEST(Philox, AllOnes) {
  expectWords(philox(~0ull, ~0ull, ~0ull), 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
}

TEST(Philox, DigitsOfPi) {
  expectWords(philox(0x299f31d0'a4093822ull, 0x85a308d3'243f6a88ull, 0x03707344'13198a2eull), 0xd16cfe09,
              0x94fdcceb, 0x5001e420, 0x24126ea1);
}

TEST(Random, UniformStaysBelowOne) {
  EXPECT_EQ(uniformFromBits(0), 0.0f);
  EXPECT_LT(uniformFromBits(0xffffffffu), 1.0f);
}

TEST(Random, UniformStaysInItsRange) {
  Random random(1, RandomStream::points);
  for (int i = 0; i < 100'000; ++i) {
    const float value = random.uniform(-3.0f, 5.0f);
    ASSERT_GE(value, -3.0f);
    ASSERT_LE(value, 5.0f);
  }
}

TEST(Random, IndexMeetsEveryValueAndNoOther) {
  Random random(1, RandomStream::points);
  int met[7] = {};
  for (int i = 0; i < 70'000; ++i) ++met[random.index(7)];
  for (const int count : met)
    EXPECT_NEAR(count, 10'000, 5 * 93);  // five deviations, √(70000 · 1/7 · 6/7) = 93
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(1, RandomStream::points);
  constexpr int kCount = 100'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kCount, 0.0, 5 / std::sqrt(double{kCount}));
  EXPECT_NEAR(squares / kCount, 1.0, 5 * std::sqrt(2.0 / kCount));
}

TEST(Random, StreamsSubstreamsAndSeedsDiffer) {
  const std::uint32_t first = Random(1, RandomStream::digits).bits();
  EXPECT_NE(first, Random(2, RandomStream::digits).bits());
  EXPECT_NE(first, Random(1, RandomStream::points).bits());
  EXPECT_NE(first, Random(1, RandomStream::digits, 1).bits());
  EXPECT_EQ(first, Random(1, RandomStream::digits).bits());
}

}  // namespace
}  // namespace cajal
