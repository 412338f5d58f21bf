// The head: rows of pre-activations become outputs, a loss, its gradient and a count of right answers.
#include <cmath>
#include <optional>

#include "tests/support/every_kind.h"
#include "tests/support/tested_backend.h"

namespace cajal {
namespace {

using namespace test;

// What the head reads.
struct Question {
  Head head;
  HostMatrix z;
  std::vector<Label> labels;
  std::optional<HostMatrix> numbers = {};  // instead of labels
  std::optional<HostMatrix> weights = {};

  RowTarget target(std::size_t row) const {
    return {numbers ? 0 : labels[row], numbers ? &numbers->values[row * z.columns] : nullptr,
            weights ? weights->values[row] : 1.0f};
  }
};

Question question(const Head& head, std::size_t rows, std::size_t outputs) {
  return {head, randomMatrix(rows, outputs, rows + outputs, -3, 3),
          randomLabels(rows, static_cast<std::uint32_t>(std::max<std::size_t>(outputs, 2)), 2)};
}

struct Answer {
  HostMatrix y, dLoss_dZ;
  Statistics statistics;
};

class HeadOperation : public OperationTest {
 protected:
  Answer answerTo(const Question& asked, bool withGradient = true, int slot = 0) {
    const Placed output(*m_backend, asked.z),
        delta(*m_backend, HostMatrix(asked.z.rows, asked.z.columns, 9.0f));
    const PlacedLabels labels(*m_backend, asked.labels);
    const Placed numbers(*m_backend, asked.numbers.value_or(HostMatrix(1, 1)));
    const Placed weights(*m_backend, asked.weights.value_or(HostMatrix(1, 1)));
    const Matrix dLoss_dZ = delta.matrix();
    m_backend->run(
        ApplyHead{asked.head,
                  output.matrix(),
                  {asked.numbers ? nullptr : labels.data(), asked.numbers ? numbers.data() : nullptr,
                   asked.weights ? weights.data() : nullptr},
                  withGradient ? &dLoss_dZ : nullptr,
                  1.0f / static_cast<float>(asked.z.rows),
                  slot});
    return {output.read(), delta.read(), take(slot)};
  }

  Statistics take(int slot) {
    m_backend->takeStatistics(slot);
    m_backend->finish();
    return m_backend->pollStatistics().value();
  }

  // Every row as headRow() has it. |z| ≤ 3: every term is below 16, a row's sum has C of them and every term
  // a few roundings; a weighted row counts twice at most.
  void expectEveryRow(const Question& asked) {
    SCOPED_TRACE(std::string(name(asked.head.loss)) + " of " + std::string(name(asked.head.activation)) +
                 ", " + std::to_string(asked.z.rows) + "x" + std::to_string(asked.z.columns) +
                 (asked.numbers ? " numbers" : " labels") + (asked.weights ? " weighted" : ""));
    const std::size_t rows = asked.z.rows, outputs = asked.z.columns;
    const Answer answer = answerTo(asked);
    const double tolerance = 2 * (asked.weights ? 2 : 1) * gammaOf(outputs + 16) * 16;
    double loss = 0;
    std::uint64_t correct = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto begin = asked.z.values.begin() + static_cast<std::ptrdiff_t>(row * outputs);
      std::vector<float> y(begin, begin + static_cast<std::ptrdiff_t>(outputs)), gradient(outputs);
      const RowResult result = headRow(asked.head, y.data(), outputs, asked.target(row), gradient.data(),
                                       1.0f / static_cast<float>(rows));
      loss += static_cast<double>(result.loss);
      correct += result.correct;
      for (std::size_t c = 0; c < outputs; ++c) {
        ASSERT_NEAR(answer.y(row, c), y[c], tolerance) << row << ", " << c;
        ASSERT_NEAR(answer.dLoss_dZ(row, c), gradient[c], tolerance / static_cast<double>(rows))
            << row << ", " << c;
      }
    }
    EXPECT_EQ(answer.statistics.count, rows);
    EXPECT_NEAR(answer.statistics.meanLoss(), loss / static_cast<double>(rows), tolerance);
    // Random reals: two outputs so near each other that a rounding decides do not occur with these seeds,
    // except where all outputs saturate at ReLU's 0, which is exact.
    EXPECT_EQ(answer.statistics.correct, correct);
  }
};

TEST_F(HeadOperation, IsHeadRowForEveryRow) {
  for (const Head& head : kHeads) {
    for (const auto& [rows, outputs] :
         {std::pair(1u, 1u), {31u, 2u}, {32u, 10u}, {33u, 100u}, {64u, 10u}, {1000u, 1u}, {1000u, 10u}})
      expectEveryRow(question(head, rows, outputs));
  }
}

// The CPU backend calls headRow(): only a product and a sum that the compiler fused may differ.
TEST_F(HeadOperation, OnTheCpuIsHeadRowToItsLastBits) {
  if (kTestsCuda) GTEST_SKIP() << "a GPU has functions of its own";
  const Question asked = {kSoftmaxHead, randomMatrix(100, 7, 1, -3, 3), randomLabels(100, 7, 2)};
  const Answer answer = answerTo(asked);
  for (std::size_t row = 0; row < 100; ++row) {
    std::vector<float> y(7), gradient(7);
    for (std::size_t c = 0; c < 7; ++c) y[c] = asked.z(row, c);
    headRow(asked.head, y.data(), 7, asked.target(row), gradient.data(), 0.01f);
    for (std::size_t c = 0; c < 7; ++c) {
      EXPECT_FLOAT_EQ(answer.y(row, c), y[c]);
      EXPECT_FLOAT_EQ(answer.dLoss_dZ(row, c), gradient[c]);
    }
  }
}

TEST_F(HeadOperation, TakesNumbersAndWeights) {
  for (const Head& head : kHeads) {
    for (const std::size_t outputs : {1u, 2u, 10u}) {
      if (head.activation == Activation::softmax && outputs == 1) continue;  // one output of softmax is 1
      for (const bool isWeighted : {false, true}) {
        Question asked = question(head, 133, outputs);
        if (isWeighted) asked.weights = randomMatrix(1, 133, 5, 0, 2);
        expectEveryRow(asked);
        asked.numbers = randomMatrix(133, outputs, 4, 0, 1);
        expectEveryRow(asked);
      }
    }
  }
}

TEST_F(HeadOperation, TakesMoreRowsThanOneLaunch) {
  expectEveryRow(question(kSoftmaxHead, 4096 * 32 + 100, 3));
}

TEST_F(HeadOperation, WithoutGradientTheGradientIsLeftAlone) {
  const Question asked = question(kSoftmaxHead, 40, 10);
  const Answer with = answerTo(asked), without = answerTo(asked, false);
  EXPECT_EQ(without.dLoss_dZ.values, std::vector<float>(400, 9.0f));
  EXPECT_EQ(without.y.values, with.y.values);
  EXPECT_EQ(without.statistics.loss, with.statistics.loss);
}

TEST_F(HeadOperation, HugeRowsAreFiniteAndAPoisonedOneShows) {
  const HostMatrix z(3, 2, {1e4f, -1e4f, -1e4f, 1e4f, std::nanf(""), 1.0f});
  const Answer answer = answerTo({kSoftmaxHead, z, {0, 0, 1}});
  EXPECT_EQ(answer.statistics.correct, 1u);
  EXPECT_TRUE(std::isnan(answer.statistics.loss));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(std::isfinite(answer.dLoss_dZ.values[i]));
}

TEST_F(HeadOperation, CountsLossAndCorrectAnswersBySlot) {
  const Question asked = {
      {Loss::meanSquared, Activation::identity}, HostMatrix(2, 2, {1.0f, 3.0f, 1.0f, 3.0f}), {0, 1}};
  const Statistics statistics = answerTo(asked, false, 1).statistics;
  EXPECT_EQ(take(0).count, 0u);
  EXPECT_EQ(statistics.count, 2u);
  EXPECT_EQ(statistics.correct, 1u);
  EXPECT_EQ(statistics.loss, 4.5 + 2.5);  // errors (0, 3) and (1, 2)
}

TEST_F(HeadOperation, TakingStatisticsStartsThemAgain) {
  const Question asked = {{Loss::meanSquared, Activation::identity}, HostMatrix(1, 2, {1.0f, 3.0f}), {0}};
  EXPECT_EQ(answerTo(asked, false).statistics.count, 1u);
  EXPECT_EQ(take(0).count, 0u);
  EXPECT_FALSE(m_backend->pollStatistics().has_value());
}

TEST_F(HeadOperation, GivesTheSameBits) {
  const Question asked = question(kSoftmaxHead, 5000, 10);  // 157 blocks on a GPU, which finish in any order
  expectSameBits([&](Backend&) { return answerTo(asked).statistics.loss; }, 20);
}

class ActivateRows : public OperationTest {
 protected:
  HostMatrix activated(Activation activation, const HostMatrix& z) {
    const Placed output(*m_backend, z);
    m_backend->run(cajal::ActivateRows{activation, output.matrix()});
    return output.read();
  }
};

TEST_F(ActivateRows, SoftmaxWorksOnWholeRows) {
  EXPECT_EQ(activated(Activation::softmax, HostMatrix(2, 2, {5.0f, 5.0f, 0.0f, 1e4f})).values,
            (std::vector<float>{0.5f, 0.5f, 0.0f, 1.0f}));
}

// The head's own outputs, whatever the loss.
TEST_F(ActivateRows, GivesTheHeadsOutputs) {
  for (const Activation activation :
       {Activation::identity, Activation::sigmoid, Activation::tanh, Activation::relu, Activation::softmax}) {
    for (const std::size_t rows : {1u, 33u, 200u}) {
      const HostMatrix z = randomMatrix(rows, 10, 1, -3, 3), result = activated(activation, z);
      for (std::size_t row = 0; row < rows; ++row) {
        std::vector<float> y(z.values.begin() + static_cast<std::ptrdiff_t>(row * 10),
                             z.values.begin() + static_cast<std::ptrdiff_t>(row * 10 + 10));
        headRow({Loss::meanSquared, activation}, y.data(), 10, {}, nullptr, 1);
        for (std::size_t c = 0; c < 10; ++c) ASSERT_NEAR(result(row, c), y[c], 2 * gammaOf(26) * 16);
      }
    }
  }
}

}  // namespace
}  // namespace cajal
