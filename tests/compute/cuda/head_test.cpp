// The head against the CPU's. The formulas are one text; what differs is how well each side's exp, log and
// tanh round (the GPU's to two units in the last place) and which products and sums the compiler fused.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

constexpr Head kHeads[] = {
    {Loss::crossEntropy, Activation::softmax}, {Loss::crossEntropy, Activation::sigmoid},
    {Loss::meanSquared, Activation::identity}, {Loss::meanSquared, Activation::sigmoid},
    {Loss::meanSquared, Activation::tanh},     {Loss::meanSquared, Activation::relu},
    {Loss::meanSquared, Activation::softmax},
};
constexpr std::size_t kRows[] = {1, 31, 32, 33, 64, 1000};
constexpr std::size_t kClasses[] = {1, 2, 10, 100};

// |z| ≤ 3: every term is below 16, a row's sum has C of them and every term a few roundings.
double toleranceFor(std::size_t classes) {
  return 2 * gammaOf(classes + 16) * 16;
}

class CudaHead : public CudaTest {
 protected:
  struct Result {
    HostMatrix y, dLoss_dZ;
    Statistics statistics;
  };

  static Result run(Backend& backend, const Head& head, const HostMatrix& z, const std::vector<Label>& labels,
                    bool withGradient) {
    const Placed output(backend, z), delta(backend, HostMatrix(z.rows, z.columns, 9.0f));
    const PlacedLabels placedLabels(backend, labels);
    const Matrix dLoss_dZ = delta.matrix();
    backend.head(head, output.matrix(), {placedLabels.data()}, withGradient ? &dLoss_dZ : nullptr,
                 1.0f / static_cast<float>(z.rows), 0);
    backend.takeStatistics(0);
    backend.finish();
    const Statistics statistics = backend.pollStatistics().value();
    return {output.read(), delta.read(), statistics};
  }
};

TEST_F(CudaHead, IsTheCpusForEveryPair) {
  for (const Head& head : kHeads) {
    for (const std::size_t rows : kRows) {
      for (const std::size_t classes : kClasses) {
        SCOPED_TRACE(std::string(name(head.loss)) + " of " + std::string(name(head.activation)) + " " +
                     std::to_string(rows) + "x" + std::to_string(classes));
        const HostMatrix z = randomMatrix(rows, classes, rows + classes, -3, 3);
        const auto labels = randomLabels(rows, static_cast<std::uint32_t>(classes), 2);
        const Result cuda = run(*m_cuda, head, z, labels, true), cpu = run(*m_cpu, head, z, labels, true);
        const double tolerance = toleranceFor(classes);
        expectNear(cuda.y, cpu.y, [&](std::size_t) { return tolerance; });
        expectNear(cuda.dLoss_dZ, cpu.dLoss_dZ,
                   [&](std::size_t) { return tolerance / static_cast<double>(rows); });
        EXPECT_NEAR(cuda.statistics.meanLoss(), cpu.statistics.meanLoss(), tolerance);
        EXPECT_EQ(cuda.statistics.count, rows);
        // Random reals: two outputs so near each other that a rounding decides do not occur with these seeds,
        // except where all outputs saturate at ReLU's 0, which is exact on both.
        EXPECT_EQ(cuda.statistics.correct, cpu.statistics.correct);
      }
    }
  }
}

TEST_F(CudaHead, WithoutGradientTheGradientIsLeftAlone) {
  const HostMatrix z = randomMatrix(40, 10, 1, -3, 3);
  const auto labels = randomLabels(40, 10, 2);
  const Result with = run(*m_cuda, kHeads[0], z, labels, true),
               without = run(*m_cuda, kHeads[0], z, labels, false);
  EXPECT_EQ(without.dLoss_dZ.values, std::vector<float>(400, 9.0f));
  EXPECT_EQ(without.y.values, with.y.values);
  EXPECT_EQ(without.statistics.loss, with.statistics.loss);
}

TEST_F(CudaHead, HugeAndPoisonedRowsAreMetLikeOnTheCpu) {
  const float nan = std::nanf("");
  const HostMatrix z(3, 2, {1e4f, -1e4f, -1e4f, 1e4f, nan, 1.0f});
  const Result cuda = run(*m_cuda, kHeads[0], z, {0, 0, 1}, true);
  EXPECT_EQ(cuda.statistics.correct, 1u);
  EXPECT_TRUE(std::isnan(cuda.statistics.loss));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(std::isfinite(cuda.dLoss_dZ.values[i]));
}

TEST_F(CudaHead, TheSameRowsGiveTheSameLossToTheLastBit) {
  const HostMatrix z = randomMatrix(5000, 10, 1, -3, 3);  // 157 blocks, which finish in any order
  const auto labels = randomLabels(5000, 10, 2);
  const double loss = run(*m_cuda, kHeads[0], z, labels, true).statistics.loss;
  for (int round = 0; round < 50; ++round)
    ASSERT_EQ(run(*m_cuda, kHeads[0], z, labels, true).statistics.loss, loss);
}

TEST_F(CudaHead, TakesMoreRowsThanOneLaunch) {
  const std::size_t rows = 4096 * 32 + 100;
  const HostMatrix z = randomMatrix(rows, 3, 1, -3, 3);
  const auto labels = randomLabels(rows, 3, 2);
  const Result cuda = run(*m_cuda, kHeads[0], z, labels, true), cpu = run(*m_cpu, kHeads[0], z, labels, true);
  EXPECT_EQ(cuda.statistics.count, rows);
  EXPECT_NEAR(cuda.statistics.meanLoss(), cpu.statistics.meanLoss(), toleranceFor(3));
  expectNear(cuda.y, cpu.y, [&](std::size_t) { return toleranceFor(3); });
}

TEST_F(CudaHead, ActivatesRowsLikeTheCpu) {
  for (const Activation activation :
       {Activation::identity, Activation::sigmoid, Activation::tanh, Activation::relu, Activation::softmax}) {
    for (const std::size_t rows : {1u, 33u, 200u}) {
      const HostMatrix z = randomMatrix(rows, 10, 1, -3, 3);
      const Placed cuda(*m_cuda, z), cpu(*m_cpu, z);
      m_cuda->activateRows(activation, cuda.matrix());
      m_cpu->activateRows(activation, cpu.matrix());
      expectNear(cuda.read(), cpu.read(), [&](std::size_t) { return toleranceFor(10); });
    }
  }
}

}  // namespace
}  // namespace cajal
