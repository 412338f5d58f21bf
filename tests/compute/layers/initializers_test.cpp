#include "compute/layers/initializers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cajal {
namespace {

std::vector<float> weightOf(const Initializer& initializer, std::size_t rows, std::size_t columns,
                            Activation activation = Activation::relu) {
  Random random(1, RandomStream::initialWeights);
  return initialWeight(initializer, activation, rows, columns, rows, random);
}

double variance(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * static_cast<double>(value);
  return squares / static_cast<double>(values.size());
}

TEST(Initializer, HasTheVarianceOfItsRule) {
  // 80,000 samples: the variance is within five deviations of √(2 / 80000).
  constexpr double share = 0.025;
  const auto expectVariance = [&](InitializerKind kind, float scale, double expected) {
    EXPECT_NEAR(variance(weightOf({kind, scale}, 200, 400)), expected, share * expected);
  };
  expectVariance(InitializerKind::he, 1, 2.0 / 400);
  expectVariance(InitializerKind::xavier, 1, 2.0 / 600);
  expectVariance(InitializerKind::lecun, 1, 1.0 / 400);
  expectVariance(InitializerKind::uniform, 0.3f, 0.3 * 0.3 / 3);
  expectVariance(InitializerKind::normal, 0.3f, 0.3 * 0.3);
}

TEST(Initializer, AutomaticFollowsTheActivation) {
  EXPECT_EQ(weightOf({}, 20, 30, Activation::relu), weightOf({InitializerKind::he}, 20, 30));
  EXPECT_EQ(weightOf({}, 20, 30, Activation::tanh), weightOf({InitializerKind::xavier}, 20, 30));
}

TEST(Initializer, ZerosAndConstantsAreThat) {
  EXPECT_EQ(weightOf({InitializerKind::zeros}, 2, 3), std::vector<float>(6, 0.0f));
  EXPECT_EQ(weightOf({InitializerKind::constant, 0.25f}, 2, 3), std::vector<float>(6, 0.25f));
}

TEST(Initializer, OrthogonalRowsOrColumnsStandAtRightAngles) {
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{5, 9}, {9, 5}, {6, 6}}) {
    const std::vector<float> weight = weightOf({InitializerKind::orthogonal, 2.0f}, rows, columns);
    const bool byRows = rows <= columns;
    const std::size_t vectors = byRows ? rows : columns, length = byRows ? columns : rows;
    const auto at = [&](std::size_t v, std::size_t i) {
      return static_cast<double>(byRows ? weight[v * columns + i] : weight[i * columns + v]);
    };
    for (std::size_t a = 0; a < vectors; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        double dot = 0;
        for (std::size_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
        // Each value is rounded to float once: 2 · 4 · length · 2⁻²⁴.
        EXPECT_NEAR(dot, a == b ? 4.0 : 0.0, 8.0 * static_cast<double>(length) / 16777216.0);
      }
    }
  }
}

// The definition, vector by vector in double, of the same random numbers: more vectors than one panel has,
// and as many as there can be, where what is left of the last ones is smallest.
TEST(Initializer, OrthogonalIsGramSchmidtOfGaussianVectorsWhateverTheSize) {
  constexpr std::size_t kCount = 150;
  Random random(1, RandomStream::initialWeights);
  std::vector<std::vector<double>> vectors;
  for (std::size_t v = 0; v < kCount; ++v) {
    std::vector<double>& vector = vectors.emplace_back(kCount);
    for (double& value : vector) value = static_cast<double>(random.normal());
    const auto dot = [&](const std::vector<double>& other) {
      return std::inner_product(vector.begin(), vector.end(), other.begin(), 0.0);
    };
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t before = 0; before < v; ++before) {
        const double along = dot(vectors[before]);
        for (std::size_t i = 0; i < kCount; ++i) vector[i] -= along * vectors[before][i];
      }
    }
    const double norm = std::sqrt(dot(vector));
    for (double& value : vector) value /= norm;
  }
  const std::vector<float> weight = weightOf({InitializerKind::orthogonal, 1.0f}, kCount, kCount);
  double worst = 0;
  for (std::size_t v = 0; v < kCount; ++v) {
    for (std::size_t i = 0; i < kCount; ++i)
      worst = std::max(worst, std::fabs(static_cast<double>(weight[v * kCount + i]) - vectors[v][i]));
  }
  // Float products of panels: an error of about 2⁻²⁴ · √150 a value, and the last vectors keep about 1/√150
  // of their length, so that it grows by as much.
  EXPECT_LT(worst, 8.0 * 150 / 16777216.0);
}

TEST(Initializer, TextsComeBack) {
  for (const char* text : {"auto", "he", "xavier", "lecun", "orthogonal:2", "zeros", "constant:0.5",
                           "uniform:0.05", "normal:0.02"}) {
    const std::optional<Initializer> read = initializerFromText(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(toString(*read), text);
  }
}

TEST(Initializer, RefusesUnknownNamesAndScales) {
  for (const char* text : {"", "glorot", "he:2", "normal:", "normal:x", "normal:inf", "normal:1e99"}) {
    EXPECT_EQ(initializerFromText(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cajal
