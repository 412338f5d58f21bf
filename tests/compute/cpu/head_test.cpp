#include <gtest/gtest.h>

#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::size_t kClasses = 7;

TEST(Head, IsHeadRowForEveryRow) {
  const auto backend = makeCpuBackend(2);
  const HostMatrix z = randomMatrix(100, kClasses, 1, -3, 3);
  std::vector<Label> labels = randomLabels(100, kClasses, 2);
  const Placed output(*backend, z), delta(*backend, HostMatrix(100, kClasses, 9.0f));
  const Matrix dLoss_dZ = delta.matrix();
  backend->head({Loss::crossEntropy, Activation::softmax}, output.matrix(), {labels.data()}, &dLoss_dZ, 0.01f,
                0);
  const HostMatrix y = output.read(), gradient = delta.read();
  for (std::size_t row = 0; row < 100; ++row) {
    std::vector<float> expected(z.values.begin() + row * kClasses, z.values.begin() + (row + 1) * kClasses);
    std::vector<float> expectedGradient(kClasses);
    headRow({Loss::crossEntropy, Activation::softmax}, expected.data(), kClasses, {labels[row]},
            expectedGradient.data(), 0.01f);
    for (std::size_t c = 0; c < kClasses; ++c) {
      // The same text, but the compiler may fuse a product and a sum in one place and not in the other.
      EXPECT_FLOAT_EQ(y(row, c), expected[c]);
      EXPECT_FLOAT_EQ(gradient(row, c), expectedGradient[c]);
    }
  }
}

TEST(Head, CountsLossAndCorrectAnswersBySlot) {
  const auto backend = makeCpuBackend(1);
  const Placed output(*backend, HostMatrix(2, 2, {1.0f, 3.0f, 1.0f, 3.0f}));
  std::vector<Label> labels = {0, 1};
  backend->head({Loss::meanSquared, Activation::identity}, output.matrix(), {labels.data()}, nullptr, 1, 1);
  backend->takeStatistics(0);
  backend->takeStatistics(1);
  EXPECT_EQ(backend->pollStatistics()->count, 0u);
  const Statistics statistics = backend->pollStatistics().value();
  EXPECT_EQ(statistics.count, 2u);
  EXPECT_EQ(statistics.correct, 1u);
  EXPECT_EQ(statistics.loss, 4.5 + 2.5);  // errors (0, 3) and (1, 2)
}

TEST(Head, TakingStatisticsStartsThemAgain) {
  const auto backend = makeCpuBackend(1);
  const Placed output(*backend, HostMatrix(1, 2, {1.0f, 3.0f}));
  std::vector<Label> labels = {0};
  backend->head({Loss::meanSquared, Activation::identity}, output.matrix(), {labels.data()}, nullptr, 1, 0);
  backend->takeStatistics(0);
  backend->takeStatistics(0);
  EXPECT_EQ(backend->pollStatistics()->count, 1u);
  EXPECT_EQ(backend->pollStatistics()->count, 0u);
  EXPECT_FALSE(backend->pollStatistics().has_value());
}

TEST(Head, SumIsTheSameForAnyNumberOfThreads) {
  const HostMatrix z = randomMatrix(1000, kClasses, 1, -3, 3);
  std::vector<Label> labels = randomLabels(1000, kClasses, 2);
  const auto lossWith = [&](int threads) {
    const auto backend = makeCpuBackend(threads);
    const Placed output(*backend, z);
    backend->head({Loss::crossEntropy, Activation::softmax}, output.matrix(), {labels.data()}, nullptr, 1, 0);
    backend->takeStatistics(0);
    return backend->pollStatistics()->loss;
  };
  EXPECT_EQ(lossWith(1), lossWith(2));
  EXPECT_EQ(lossWith(1), lossWith(3));
}

TEST(ActivateRows, SoftmaxWorksOnWholeRows) {
  const auto backend = makeCpuBackend(1);
  const Placed output(*backend, HostMatrix(2, 2, {5.0f, 5.0f, 0.0f, 1e4f}));
  backend->activateRows(Activation::softmax, output.matrix());
  EXPECT_EQ(output.read().values, (std::vector<float>{0.5f, 0.5f, 0.0f, 1.0f}));
}

}  // namespace
}  // namespace cajal
