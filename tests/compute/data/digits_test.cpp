// The digits: the same bytes from the same seed, every class, every picture inked and centred like MNIST's.
#include "compute/data/sets/digits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

namespace cajal {
namespace {

constexpr DigitsSize kSmall{1000, 500};

std::span<const std::uint8_t> picture(const Examples& part, std::size_t i) {
  return std::span(part.bytes).subspan(i * kDigitPixels, kDigitPixels);
}

TEST(Digits, SameSeedSameBytes) {
  const DataSet first = makeDigits(1, kSmall), second = makeDigits(1, kSmall);
  EXPECT_EQ(first.training.bytes, second.training.bytes);
  EXPECT_EQ(first.test.bytes, second.test.bytes);
}

TEST(Digits, AnotherSeedOtherBytes) {
  EXPECT_NE(makeDigits(1, kSmall).training.bytes, makeDigits(2, kSmall).training.bytes);
}

TEST(Digits, ThreadsDoNotChangeTheBytes) {
  const DataSet one = makeDigits(1, kSmall, 1);
  for (const unsigned threads : {2u, 3u, 7u}) {
    const DataSet many = makeDigits(1, kSmall, threads);
    EXPECT_EQ(one.training.bytes, many.training.bytes) << threads;
    EXPECT_EQ(one.test.bytes, many.test.bytes) << threads;
  }
}

TEST(Digits, MoreThreadsThanPicturesIsFine) {
  EXPECT_EQ(makeDigits(1, {2, 1}, 5).training.bytes, makeDigits(1, {2, 1}, 1).training.bytes);
}

TEST(Digits, ASmallerSetIsTheBeginningOfALargerOne) {
  const DataSet small = makeDigits(1, {20, 20}), large = makeDigits(1, {50, 40});
  EXPECT_TRUE(
      std::equal(small.training.bytes.begin(), small.training.bytes.end(), large.training.bytes.begin()));
  EXPECT_TRUE(std::equal(small.test.bytes.begin(), small.test.bytes.end(), large.test.bytes.begin()));
}

TEST(Digits, NoPictureOccursTwice) {
  const DataSet set = makeDigits(1, kSmall);
  std::set<std::vector<std::uint8_t>> seen;
  for (const Examples* part : {&set.training, &set.test}) {
    for (std::size_t i = 0; i < part->count; ++i) {
      seen.emplace(picture(*part, i).begin(), picture(*part, i).end());
    }
  }
  EXPECT_EQ(seen.size(), kSmall.training + kSmall.test);
}

TEST(Digits, EveryClassIsEquallyFrequent) {
  const DataSet set = makeDigits(1, kSmall);
  for (int digit = 0; digit < 10; ++digit) {
    EXPECT_EQ(std::count(set.training.labels.begin(), set.training.labels.end(), digit), 100) << digit;
    EXPECT_EQ(std::count(set.test.labels.begin(), set.test.labels.end(), digit), 50) << digit;
  }
}

TEST(Digits, EveryPictureHasInkAndPaper) {
  const DataSet set = makeDigits(1, kSmall);
  for (std::size_t i = 0; i < set.training.count; ++i) {
    const auto bytes = picture(set.training, i);
    const double mean = std::accumulate(bytes.begin(), bytes.end(), 0.0) / kDigitPixels;
    EXPECT_GT(mean, 4) << i;    // the thinnest 1
    EXPECT_LT(mean, 110) << i;  // the thickest 0
    EXPECT_GT(*std::max_element(bytes.begin(), bytes.end()), 150) << i;
  }
}

TEST(Digits, InkIsAboutAsMuchAsInMnist) {
  // MNIST's training pictures have a mean of 33.3 of 255 (0.1307), published with the set.
  const DataSet set = makeDigits(1, kSmall);
  const double sum = std::accumulate(set.training.bytes.begin(), set.training.bytes.end(), 0.0);
  EXPECT_NEAR(sum / static_cast<double>(set.training.bytes.size()), 33.3, 6);
}

// In pixels counted from 0: a mass in pixel 14 alone has its centre at 14.
std::array<double, 2> centreOfMass(std::span<const std::uint8_t> bytes) {
  double mass = 0, x = 0, y = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    mass += bytes[i];
    x += bytes[i] * static_cast<double>(i % kDigitSide);
    y += bytes[i] * static_cast<double>(i / kDigitSide);
  }
  return {x / mass, y / mass};
}

TEST(Digits, EveryPictureIsCentredByItsMass) {
  const DataSet set = makeDigits(1, kSmall);
  for (std::size_t i = 0; i < set.training.count; ++i) {
    const auto [x, y] = centreOfMass(picture(set.training, i));
    EXPECT_NEAR(x, 14, 0.55) << i;  // moved by whole pixels: half a pixel, and the rounding to bytes
    EXPECT_NEAR(y, 14, 0.55) << i;
  }
}

TEST(Digits, TheMeanPicturesOfTwoDigitsDiffer) {
  const DataSet set = makeDigits(1, kSmall);
  std::array<std::array<double, kDigitPixels>, 10> means{};
  for (std::size_t i = 0; i < set.training.count; ++i) {
    const auto bytes = picture(set.training, i);
    for (std::size_t p = 0; p < kDigitPixels; ++p) means[set.training.labels[i]][p] += bytes[p] / 100.0;
  }
  // A picture is nearest to the mean of its own digit far more often than one time in ten.
  std::size_t right = 0;
  for (std::size_t i = 0; i < set.test.count; ++i) {
    const auto bytes = picture(set.test, i);
    const auto distance = [&bytes](const std::array<double, kDigitPixels>& mean) {
      double sum = 0;
      for (std::size_t p = 0; p < kDigitPixels; ++p) sum += (bytes[p] - mean[p]) * (bytes[p] - mean[p]);
      return sum;
    };
    const auto nearest = std::min_element(
        means.begin(), means.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    right += nearest - means.begin() == set.test.labels[i];
  }
  EXPECT_GT(right, set.test.count * 65 / 100);
}

}  // namespace
}  // namespace cajal
