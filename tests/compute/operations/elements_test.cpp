// The operations that are nothing but a loop over elements: sums, activations, slopes and dropout.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/double_formulas.h"
#include "tests/support/every_kind.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

// How far f(z) may be off: the function's own roundings. |f(z)| ≤ |z| + 1; beyond the first four functions
// there are an exponential, a logarithm or an error function with products and sums around it.
double errorOf(Activation activation, double z) {
  if (activation > Activation::relu) return 12 * kRounding * (std::fabs(z) + 1);
  return kFunctionRoundings * kRounding * std::fmax(1.0, std::fabs(z));
}

// Three tiles, the last one odd.
constexpr std::size_t kRows = 127, kColumns = 333;

class ElementOperation : public OperationTest {
 protected:
  HostMatrix m_a = randomMatrix(kRows, kColumns, 1, -3, 3), m_b = randomMatrix(kRows, kColumns, 2, -3, 3);
};

TEST_F(ElementOperation, AddIsTheSum) {
  const Placed a(*m_backend, m_a), b(*m_backend, m_b), sum(*m_backend, HostMatrix(kRows, kColumns, 9));
  m_backend->run(Add{a.matrix(), b.matrix(), sum.matrix()});
  const HostMatrix result = sum.read();
  for (std::size_t i = 0; i < result.values.size(); ++i)
    ASSERT_EQ(result.values[i], m_a.values[i] + m_b.values[i]);
}

TEST_F(ElementOperation, ActivateLeavesYAndKeepsZWhereAsked) {
  for (const Activation activation : elementwiseActivations()) {
    const Placed values(*m_backend, m_a), z(*m_backend, HostMatrix(kRows, kColumns, 9));
    m_backend->run(Activate{activation, values.matrix(), z.data()});
    const HostMatrix y = values.read();
    EXPECT_EQ(z.read().values, m_a.values);
    for (std::size_t i = 0; i < y.values.size(); ++i) {
      const double arriving = static_cast<double>(m_a.values[i]);
      ASSERT_NEAR(y.values[i], activateOneInDouble(activation, arriving), errorOf(activation, arriving))
          << name(activation);
    }
  }
}

TEST_F(ElementOperation, MultipliesByTheDerivativeOfEveryActivation) {
  const HostMatrix arriving = randomMatrix(kRows, kColumns, 3, -4, 4),
                   outputs = randomMatrix(kRows, kColumns, 4);
  const Placed source(*m_backend, m_a), y(*m_backend, outputs), z(*m_backend, arriving);
  for (const Activation before : elementwiseActivations()) {
    const Placed target(*m_backend, HostMatrix(kRows, kColumns, 0.5f));
    m_backend->run(
        MultiplyByDerivative{source.matrix(), {before, y.data(), z.data()}, target.matrix(), true});
    const HostMatrix result = target.read();
    for (std::size_t i = 0; i < result.values.size(); ++i) {
      const float slope = derivative(before, arriving.values[i], outputs.values[i]);
      // One text for both; |f'| ≤ 2.8 for outputs in [-1, 1] (SELU's y + 1.76), and a handful of roundings of
      // numbers below 9.
      ASSERT_NEAR(result.values[i], 0.5f + m_a.values[i] * slope, gammaOf(8) * 9)
          << name(before) << " at " << i;
    }
  }
}

TEST_F(ElementOperation, MultiplyByDerivativeOverwritesAddsAndWorksInPlace) {
  const Placed source(*m_backend, m_a), y(*m_backend, m_b);
  const ActivatedOutput before = {Activation::tanh, y.data(), nullptr};
  const Placed target(*m_backend, HostMatrix(kRows, kColumns, std::numeric_limits<float>::quiet_NaN()));
  m_backend->run(MultiplyByDerivative{source.matrix(), before, target.matrix(), false});
  const HostMatrix once = target.read();
  for (std::size_t i = 0; i < once.values.size(); ++i) {
    const double output = static_cast<double>(m_b.values[i]);
    const double expected = static_cast<double>(m_a.values[i]) * (1 - output * output);
    // y², 1 - y² and the product: |1 - y²| errs by 2⁻²⁴ of 1 + y².
    ASSERT_NEAR(once.values[i], expected, 3 * kRounding * std::fabs(m_a.values[i]) * (1 + output * output));
  }
  m_backend->run(MultiplyByDerivative{source.matrix(), before, target.matrix(), true});
  const HostMatrix twice = target.read();
  for (std::size_t i = 0; i < once.values.size(); ++i) {
    ASSERT_NEAR(twice.values[i], 2 * once.values[i], 4 * kRounding * std::fabs(once.values[i]));
  }
  m_backend->run(MultiplyByDerivative{source.matrix(), before, source.matrix(), false});
  EXPECT_EQ(source.read().values, once.values);
}

class DropoutOperation : public OperationTest {
 protected:
  static constexpr double kValues = static_cast<double>(kRows * kColumns);

  HostMatrix dropped(const DropoutMask& mask, const HostMatrix& input) {
    const Placed x(*m_backend, input), y(*m_backend, HostMatrix(input.rows, input.columns, 9));
    m_backend->run(ApplyDropout{mask, x.matrix(), y.matrix()});
    return y.read();
  }
  HostMatrix droppedOnes(const DropoutMask& mask) { return dropped(mask, HostMatrix(kRows, kColumns, 1)); }

  static double shareOfZeros(const HostMatrix& matrix) {
    double zeros = 0;
    for (const float value : matrix.values) zeros += value == 0 ? 1 : 0;
    return zeros / static_cast<double>(matrix.values.size());
  }
  static double shareOfEqual(const HostMatrix& a, const HostMatrix& b) {
    double equal = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i) equal += a.values[i] == b.values[i] ? 1 : 0;
    return equal / static_cast<double>(a.values.size());
  }
  // Five standard deviations of a share.
  static double spread(double share) { return 5 * std::sqrt(share * (1 - share) / kValues); }
};

TEST_F(DropoutOperation, DropsItsShare) {
  for (const float rate : {0.01f, 0.25f, 0.5f, 0.9f}) {
    const double share = static_cast<double>(rate);
    EXPECT_NEAR(shareOfZeros(droppedOnes({1, 2, 3, 0, rate})), share, spread(share)) << rate;
  }
}

TEST_F(DropoutOperation, KeepsTheMeanInExpectationToARounding) {
  for (const float rate : {0.1f, 0.25f, 0.3f, 0.5f, 0.9f, 0.999f, 0.9999999f}) {
    const DropoutMask mask = {1, 2, 3, 0, rate};
    const double kept = static_cast<double>(keptOf65536(mask)) / 65536;
    EXPECT_NEAR(kept * static_cast<double>(keptScale(mask)), 1.0, kRounding) << rate;
  }
}

TEST_F(DropoutOperation, ScalesWhatItKeeps) {
  const HostMatrix input = randomMatrix(kRows, kColumns, 1);
  const DropoutMask mask = {1, 2, 3, 0, 0.25f};
  const HostMatrix output = dropped(mask, input);
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    if (output.values[i] == 0) continue;
    ASSERT_EQ(output.values[i], input.values[i] * keptScale(mask));
  }
}

TEST_F(DropoutOperation, FollowsTheMaskValueByValue) {
  const DropoutMask mask = {7, 5, 3, 16, 0.5f};
  for (const std::size_t columns : {std::size_t{1}, std::size_t{13}, std::size_t{256}, kColumns}) {
    const HostMatrix output = dropped(mask, HostMatrix(kRows, columns, 1));
    for (std::size_t i = 0; i < output.values.size(); ++i) {
      const std::size_t place = 16 * columns + i;
      const bool isKept = dropoutBlock(mask, place / kDropoutBlock).keeps(place % kDropoutBlock);
      ASSERT_EQ(output.values[i] != 0, isKept) << i << " of " << columns << " columns";
    }
  }
}

TEST_F(DropoutOperation, AnotherSeedStepOrLayerIsAnotherMask) {
  const HostMatrix output = droppedOnes({1, 2, 3, 0, 0.5f});
  for (const DropoutMask& other :
       {DropoutMask{2, 2, 3, 0, 0.5f}, DropoutMask{1, 3, 3, 0, 0.5f}, DropoutMask{1, 2, 4, 0, 0.5f}}) {
    // Two independent masks of one half agree on one half.
    EXPECT_NEAR(shareOfEqual(output, droppedOnes(other)), 0.5, spread(0.5));
  }
  EXPECT_EQ(droppedOnes({1, 2, 3, 0, 0.5f}).values, output.values);
}

TEST_F(DropoutOperation, ABatchInChunksIsTheSameBatch) {
  const HostMatrix input = randomMatrix(40, 7, 1), whole = dropped({1, 2, 3, 0, 0.5f}, input);
  std::vector<float> chunks;
  for (const std::uint32_t first : {0u, 8u, 24u}) {
    const std::size_t rows = first == 0 ? 8 : 16;
    const auto begin = input.values.begin() + first * 7;
    const HostMatrix part(rows, 7, std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(rows * 7)));
    const HostMatrix output = dropped({1, 2, 3, first, 0.5f}, part);
    chunks.insert(chunks.end(), output.values.begin(), output.values.end());
  }
  EXPECT_EQ(chunks, whole.values);
}

TEST_F(DropoutOperation, RateZeroCopies) {
  const HostMatrix input = randomMatrix(kRows, kColumns, 1);
  EXPECT_EQ(dropped({}, input).values, input.values);
}

TEST_F(DropoutOperation, WhatIsDroppedIsZeroWhateverItWas) {
  const HostMatrix output =
      dropped({1, 2, 3, 0, 0.5f}, HostMatrix(kRows, kColumns, std::numeric_limits<float>::quiet_NaN()));
  EXPECT_NEAR(shareOfZeros(output), 0.5, spread(0.5));
}

TEST_F(DropoutOperation, GivesTheSameBits) {
  expectSameBits([&](Backend&) { return droppedOnes({1, 2, 3, 0, 0.5f}).values; });
}

}  // namespace
}  // namespace cajal
