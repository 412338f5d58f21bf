// Batch and layer normalisation against plain loops in double.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "tests/support/double_formulas.h"
#include "tests/support/double_layers.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();

struct NormSize {
  std::size_t rows, columns;
};
// One row and one column, odd sizes, more rows than a tile has, and more than one launch takes.
constexpr NormSize kNormSizes[] = {{1, 5},  {7, 1}, {13, 5},   {2, 33},   {600, 7},   {257, 65},
                                   {64, 3}, {1, 8}, {256, 32}, {5, 3000}, {5000, 16}, {140'000, 2}};

enum class Over { columns, rows };  // batch normalisation and layer normalisation

class NormOperation : public OnTestedBackend<testing::TestWithParam<Over>> {
 protected:
  bool isBatch() const { return GetParam() == Over::columns; }
  std::vector<Line> lines(const NormSize& size) const {
    return isBatch() ? columnsOf(size.rows, size.columns) : rowsOf(size.rows, size.columns);
  }
  // Without the most rows for a layer normalisation, which treats each row alone.
  std::span<const NormSize> sizes() const {
    return std::span(kNormSizes).first(std::size(kNormSizes) - (isBatch() ? 0 : 1));
  }
  std::size_t statistics(const NormSize& size) const { return 2 * (isBatch() ? size.columns : size.rows); }

  // Sums over columns are of a tile of floats, then in double; those over rows are in double on the CPU. The
  // rest is some ten roundings for each value.
  std::size_t roundings(const NormSize& size) const {
    if (isBatch()) return std::min(size.rows, kTileRows) + 14;
    return kTestsCuda ? std::min(size.columns, kTileRows) + 14 : 14;
  }
};

// Everything that goes in and comes out, in a backend's memory.
struct NormRun {
  NormRun(Backend& backendToUse, const NormSize& size, std::size_t statisticsCount)
      : backend(backendToUse),
        input(backend, randomMatrix(size.rows, size.columns, 1, -1, 2)),
        delta(backend, randomMatrix(size.rows, size.columns, 2)),
        scale(backend, randomMatrix(1, size.columns, 3, 0.5f, 2)),
        shift(backend, randomMatrix(1, size.columns, 4)),
        runningMean(backend, randomMatrix(1, size.columns, 5)),
        runningVariance(backend, randomMatrix(1, size.columns, 6, 0.5f, 2)),
        statistics(backend, HostMatrix(1, statisticsCount, kPoison)),
        output(backend, HostMatrix(size.rows, size.columns, kPoison)),
        dInput(backend, HostMatrix(size.rows, size.columns, kPoison)),
        dScale(backend, HostMatrix(1, size.columns, kPoison)),
        dShift(backend, HostMatrix(1, size.columns, kPoison)) {}

  void forward(Over over) {
    if (over == Over::columns) {
      backend.run(
          BatchNormForward{input.matrix(), parameters(), running(), statistics.data(), output.matrix()});
    } else {
      backend.run(LayerNormForward{input.matrix(), parameters(), statistics.data(), output.matrix()});
    }
  }
  void backward(Over over, bool accumulate, bool wantsInput = true) {
    const Matrix target = dInput.matrix();
    const Matrix* const wanted = wantsInput ? &target : nullptr;
    const ScaleAndShift gradients = {dScale.data(), dShift.data()};
    if (over == Over::columns) {
      backend.run(BatchNormBackward{input.matrix(), parameters(), statistics.data(), delta.matrix(),
                                    running(), gradients, accumulate, wanted});
    } else {
      backend.run(LayerNormBackward{input.matrix(), parameters(), statistics.data(), delta.matrix(),
                                    gradients, accumulate, wanted});
    }
  }
  ScaleAndShift parameters() const { return {scale.data(), shift.data()}; }
  RunningStatistics running() const { return {runningMean.data(), runningVariance.data()}; }

  Backend& backend;
  Placed input, delta, scale, shift, runningMean, runningVariance, statistics, output, dInput, dScale, dShift;
};

// What the rounding of a standardised value is a multiple of: (mean |x| + |x|) / σ + |x̂|, the largest of a
// line. The mean errs by a share of mean |x|, the deviation by a share of itself.
double sizeOf(const Values& input, const Values& normalized, const Line& line) {
  double meanSize = 0, largest = 0;
  for (std::size_t i = 0; i < line.count; ++i) meanSize += std::fabs(input[line.begin + i * line.step]);
  meanSize /= static_cast<double>(line.count);
  const double inverse = momentsOf(input, line).inverseDeviation();
  for (std::size_t i = 0; i < line.count; ++i) {
    const std::size_t at = line.begin + i * line.step;
    largest = std::fmax(largest, (meanSize + std::fabs(input[at])) * inverse + std::fabs(normalized[at]));
  }
  return largest;
}

TEST_P(NormOperation, ForwardIsThePlainLoop) {
  for (const NormSize& size : sizes()) {
    NormRun run(*m_backend, size, statistics(size));
    run.forward(GetParam());
    const Values x = inDouble(run.input.read()), scale = inDouble(run.scale.read());
    const Values shift = inDouble(run.shift.read()), normalized = standardize(x, lines(size));
    const Values expected = scaleAndShift(normalized, scale, shift);
    const HostMatrix output = run.output.read();
    for (const Line& line : lines(size)) {
      const double allowed = gammaOf(roundings(size)) * sizeOf(x, normalized, line);
      for (std::size_t i = 0, at = line.begin; i < line.count; ++i, at += line.step) {
        const std::size_t c = at % size.columns;
        ASSERT_NEAR(output.values[at], expected[at], allowed * scale[c] + 4 * kRounding * std::fabs(shift[c]))
            << size.rows << " x " << size.columns << " at " << at;
      }
    }
  }
}

TEST_P(NormOperation, InputGradientIsThePlainLoop) {
  for (const NormSize& size : sizes()) {
    NormRun run(*m_backend, size, statistics(size));
    run.forward(GetParam());
    run.backward(GetParam(), false);
    const Values x = inDouble(run.input.read()), scale = inDouble(run.scale.read());
    const Values d = inDouble(run.delta.read()), normalized = standardize(x, lines(size));
    const Values expected = normalizationGradients(x, lines(size), scale, d).input;
    const HostMatrix result = run.dInput.read();
    for (const Line& line : lines(size)) {
      // g - mean(g) - x̂ mean(g x̂): x̂ errs by a share of sizeOf in three places, and is no larger than it.
      const double length = sizeOf(x, normalized, line), inverse = momentsOf(x, line).inverseDeviation();
      double mean = 0;
      for (std::size_t i = 0, at = line.begin; i < line.count; ++i, at += line.step) {
        mean += std::fabs(d[at] * scale[at % size.columns]) / static_cast<double>(line.count);
      }
      for (std::size_t i = 0, at = line.begin; i < line.count; ++i, at += line.step) {
        const double sizes = std::fabs(d[at] * scale[at % size.columns]) + mean * (1 + 3 * length * length);
        ASSERT_NEAR(result.values[at], expected[at], gammaOf(roundings(size)) * inverse * sizes)
            << size.rows << " x " << size.columns << " at " << at;
      }
    }
  }
}

TEST_P(NormOperation, ParameterGradientsAreThePlainLoopsAndAddWhereAsked) {
  for (const NormSize& size : sizes()) {
    for (const bool accumulate : {false, true}) {
      NormRun run(*m_backend, size, statistics(size));
      const std::vector<float> before(size.columns, 0.5f);
      if (accumulate) {
        m_backend->write(run.dScale.data(), before.data(), before.size());
        m_backend->write(run.dShift.data(), before.data(), before.size());
      }
      run.forward(GetParam());
      run.backward(GetParam(), accumulate);
      const Values x = inDouble(run.input.read()), d = inDouble(run.delta.read());
      const Values normalized = standardize(x, lines(size));
      const NormalizationGradients expected =
          normalizationGradients(x, lines(size), inDouble(run.scale.read()), d);
      const double start = accumulate ? 0.5 : 0.0;
      double length = 0;
      for (const Line& line : lines(size)) length = std::fmax(length, sizeOf(x, normalized, line));
      const std::vector<float> dScale = run.dScale.read().values, dShift = run.dShift.read().values;
      for (std::size_t c = 0; c < size.columns; ++c) {
        double sizes = start;
        for (std::size_t at = c; at < d.size(); at += size.columns) sizes += std::fabs(d[at]);
        // Sums over a tile of rows in float for both normalisations.
        const double share = gammaOf(std::min(size.rows, kTileRows) + 14);
        ASSERT_NEAR(dScale[c], start + expected.scale[c], 2 * share * sizes * length) << c;
        ASSERT_NEAR(dShift[c], start + expected.shift[c], share * sizes) << c;
      }
    }
  }
}

TEST_P(NormOperation, GivesTheSameBits) {
  expectSameBits([&](Backend& backend) {
    const NormSize size = {1000, 9};
    NormRun run(backend, size, statistics(size));
    run.forward(GetParam());
    run.backward(GetParam(), false);
    std::vector<std::vector<float>> all;
    for (const Placed* part : {&run.output, &run.dInput, &run.dScale, &run.dShift, &run.runningMean,
                               &run.runningVariance, &run.statistics})
      all.push_back(part->read().values);
    return all;
  });
}

TEST_P(NormOperation, GivesParameterGradientsWithoutThatOfTheInput) {
  const NormSize size = {13, 5};
  NormRun with(*m_backend, size, statistics(size)), without(*m_backend, size, statistics(size));
  for (NormRun* run : {&with, &without}) {
    run->forward(GetParam());
    run->backward(GetParam(), false, run == &with);
  }
  EXPECT_EQ(without.dScale.read().values, with.dScale.read().values);
  EXPECT_EQ(without.dShift.read().values, with.dShift.read().values);
  EXPECT_TRUE(std::isnan(without.dInput.read().values[0]));
}

// The formula that stands above as the truth.
TEST_P(NormOperation, ExpectedGradientIsTheSlope) {
  const NormSize size = {7, 4};
  Values x = inDouble(randomMatrix(size.rows, size.columns, 1));
  const Values d = inDouble(randomMatrix(size.rows, size.columns, 2)), shift(size.columns);
  Values scale = inDouble(randomMatrix(1, size.columns, 3));
  const auto loss = [&] {
    const Values z = normalize(x, lines(size), scale, shift);
    double sum = 0;
    for (std::size_t i = 0; i < z.size(); ++i) sum += z[i] * d[i];
    return sum;
  };
  const NormalizationGradients expected = normalizationGradients(x, lines(size), scale, d);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(slope(loss, x[i]), expected.input[i], 1e-8) << i;
  for (std::size_t c = 0; c < scale.size(); ++c) EXPECT_NEAR(slope(loss, scale[c]), expected.scale[c], 1e-8);
}

INSTANTIATE_TEST_SUITE_P(BatchAndLayer, NormOperation, testing::Values(Over::columns, Over::rows),
                         [](const auto& each) { return each.param == Over::columns ? "Batch" : "Layer"; });

class BatchNormStatistics : public OperationTest {
 protected:
  static constexpr NormSize kSize = {13, 5};
  NormRun makeRun() { return {*m_backend, kSize, 2 * kSize.columns}; }
};

TEST_F(BatchNormStatistics, ForwardLeavesTheRunningOnesAsTheyAre) {
  NormRun run = makeRun();
  const HostMatrix mean = run.runningMean.read(), variance = run.runningVariance.read();
  run.forward(Over::columns);
  EXPECT_EQ(run.runningMean.read().values, mean.values);
  EXPECT_EQ(run.runningVariance.read().values, variance.values);
}

// PyTorch: running ← 0.9 running + 0.1 batch, the variance divided by N - 1.
TEST_F(BatchNormStatistics, BackwardMovesTheRunningOnesATenthOfTheWay) {
  NormRun run = makeRun();
  const HostMatrix mean = run.runningMean.read(), variance = run.runningVariance.read();
  const Values x = inDouble(run.input.read());
  run.forward(Over::columns);
  run.backward(Over::columns, false);
  for (std::size_t c = 0; c < kSize.columns; ++c) {
    const Moments moments = momentsOf(x, columnsOf(kSize.rows, kSize.columns)[c]);
    const double unbiased = moments.variance * 13 / 12;
    // Values of at most 2; sums of 13, and a tenth that is itself rounded.
    EXPECT_NEAR(run.runningMean.read()(0, c), 0.9 * static_cast<double>(mean(0, c)) + 0.1 * moments.mean,
                gammaOf(13 + 6) * 2);
    EXPECT_NEAR(run.runningVariance.read()(0, c), 0.9 * static_cast<double>(variance(0, c)) + 0.1 * unbiased,
                gammaOf(13 + 10) * 4);
  }
}

TEST_F(BatchNormStatistics, AreTheRunningOnesWhereNoneOfTheBatchAreWanted) {
  NormRun run = makeRun();
  m_backend->run(
      BatchNormForward{run.input.matrix(), run.parameters(), run.running(), nullptr, run.output.matrix()});
  const HostMatrix x = run.input.read(), z = run.output.read();
  const HostMatrix mean = run.runningMean.read(), variance = run.runningVariance.read();
  for (std::size_t i = 0; i < z.values.size(); ++i) {
    const std::size_t c = i % kSize.columns;
    const double scale = static_cast<double>(run.scale.read()(0, c)) /
                         std::sqrt(static_cast<double>(variance(0, c)) + static_cast<double>(kNormEpsilon));
    const double value = static_cast<double>(x.values[i]), middle = static_cast<double>(mean(0, c));
    const double shift = static_cast<double>(run.shift.read()(0, c));
    const double sizes = scale * (std::fabs(value) + std::fabs(middle)) + std::fabs(shift);
    EXPECT_NEAR(z.values[i], (value - middle) * scale + shift, gammaOf(6) * sizes) << i;
  }
}

TEST_F(BatchNormStatistics, OfOneRowHaveNoVarianceToTakeOver) {
  const NormSize size = {1, 3};
  NormRun run(*m_backend, size, 6);
  const HostMatrix variance = run.runningVariance.read();
  run.forward(Over::columns);
  run.backward(Over::columns, false);
  for (std::size_t c = 0; c < 3; ++c) {
    // 0.9 of what it was: the batch's is 0, and found out of 1/deviation to 2⁻²³ of epsilon.
    EXPECT_NEAR(run.runningVariance.read()(0, c), 0.9f * variance(0, c), gammaOf(4) * 2);
  }
}

}  // namespace
}  // namespace cajal
