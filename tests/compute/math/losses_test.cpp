// Worked numbers and edges. Values and gradients of every loss: tests/oracles/formulas_test.cpp.
#include "compute/math/losses.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/support/every_kind.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

struct Row {
  std::vector<float> y;
  std::vector<float> dLoss_dZ;
  RowResult result;
};

Row runHead(const Head& head, std::vector<float> z, std::size_t label, float inverseBatch = 1) {
  Row row{z, std::vector<float>(z.size()), {}};
  row.result = headRow(head, row.y.data(), z.size(), {label}, row.dLoss_dZ.data(), inverseBatch);
  return row;
}

void expectNear(const std::vector<float>& values, const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], tolerance) << "at " << i;
}

// A handful of operations on numbers near 1.
constexpr double kFewRoundings = 8 * kRounding;

TEST(Losses, SoftmaxCrossEntropyByHand) {
  // exp(z) = 1, 2, 5: y = 1/8, 2/8, 5/8.
  const Row row = runHead(kSoftmaxHead, {0.0f, std::log(2.0f), std::log(5.0f)}, 1, 0.5f);
  expectNear(row.y, {0.125, 0.25, 0.625}, kFewRoundings);
  EXPECT_NEAR(row.result.loss, std::log(4.0), kFewRoundings);
  expectNear(row.dLoss_dZ, {0.0625, -0.375, 0.3125}, kFewRoundings);
  EXPECT_FALSE(row.result.correct);
}

TEST(Losses, SigmoidCrossEntropyByHand) {
  const Row row = runHead(kSigmoidHead, {0.0f, 0.0f}, 0);
  expectNear(row.y, {0.5, 0.5}, kFewRoundings);
  EXPECT_NEAR(row.result.loss, std::log(2.0), kFewRoundings);
  expectNear(row.dLoss_dZ, {-0.25, 0.25}, kFewRoundings);
}

TEST(Losses, MeanSquaredErrorByHand) {
  // Errors 0 and 3, two outputs: 9 / 2; 2 · 3 / 2, shared by a batch of 4.
  const Row row = runHead({Loss::meanSquared, Activation::identity}, {1.0f, 3.0f}, 0, 0.25f);
  EXPECT_EQ(row.result.loss, 4.5f);
  EXPECT_EQ(row.dLoss_dZ, (std::vector<float>{0.0f, 0.75f}));
  EXPECT_FALSE(row.result.correct);
}

TEST(Losses, MeanSquaredErrorOfSoftmaxByHand) {
  // y = ½, ½; dLoss_dY = -½, ½; their weighted sum is 0.
  const Row row = runHead({Loss::meanSquared, Activation::softmax}, {2.0f, 2.0f}, 0);
  EXPECT_EQ(row.result.loss, 0.25f);
  EXPECT_EQ(row.dLoss_dZ, (std::vector<float>{-0.25f, 0.25f}));
}

TEST(Losses, WithoutGradientNothingElseChanges) {
  for (const Head& head : kHeads) {
    const std::vector<float> z = {0.5f, -1.0f, 2.0f};
    const Row row = runHead(head, z, 2);
    std::vector<float> y = z;
    const RowResult result = headRow(head, y.data(), 3, {2}, nullptr, 1);
    EXPECT_EQ(result.loss, row.result.loss);
    EXPECT_EQ(result.correct, row.result.correct);
    EXPECT_EQ(y, row.y);
  }
}

TEST(Losses, HugePreActivationsStayFinite) {
  for (const Head& head : {kSoftmaxHead, kSigmoidHead}) {
    const Row wrong = runHead(head, {1e4f, -1e4f}, 1);
    const Row right = runHead(head, {1e4f, -1e4f}, 0);
    EXPECT_EQ(wrong.y, (std::vector<float>{1.0f, 0.0f}));
    EXPECT_EQ(right.result.loss, 0.0f);
    EXPECT_TRUE(right.result.correct);
    for (const float gradient : wrong.dLoss_dZ) EXPECT_TRUE(std::isfinite(gradient));
  }
  EXPECT_EQ(runHead(kSoftmaxHead, {1e4f, -1e4f}, 1).result.loss, 2e4f);
  EXPECT_EQ(runHead(kSigmoidHead, {1e4f, -1e4f}, 1).result.loss, 1e4f);  // (10⁴ + 10⁴) / 2 outputs
}

TEST(Losses, SoftmaxOfEqualHugeValuesIsUniform) {
  std::vector<float> row = {-1e4f, -1e4f, -1e4f, -1e4f};
  EXPECT_NEAR(softmaxInPlace(row.data(), 4), -1e4 + std::log(4.0), 1e4 * 2 * kRounding);
  EXPECT_EQ(row, (std::vector<float>{0.25f, 0.25f, 0.25f, 0.25f}));
}

TEST(Losses, PoisonedRowIsNeverCorrect) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const Head& head : kHeads) {
    for (std::size_t label = 0; label < 3; ++label) {
      EXPECT_FALSE(runHead(head, {nan, nan, nan}, label).result.correct);
      EXPECT_FALSE(runHead(head, {nan, 1.0f, 2.0f}, label).result.correct) << "label " << label;
    }
  }
}

TEST(Losses, OfEqualOutputsTheFirstCounts) {
  const float row[] = {1.0f, 2.0f, 2.0f};
  const Head head = {Loss::meanSquared, Activation::identity};
  EXPECT_FALSE(isCorrect(head, row, 3, {0}));
  EXPECT_TRUE(isCorrect(head, row, 3, {1}));
  EXPECT_FALSE(isCorrect(head, row, 3, {2}));
}

TEST(Losses, HuberAndMeanAbsoluteErrorByHand) {
  // Errors 0 and 3 of two outputs.
  Row row = runHead({Loss::huber, Activation::identity, 0, 2.0f}, {1.0f, 3.0f}, 0);
  EXPECT_EQ(row.result.loss, 2.0f);  // 2 (3 - 1) / 2
  EXPECT_EQ(row.dLoss_dZ, (std::vector<float>{0.0f, 1.0f}));
  row = runHead({Loss::meanAbsolute, Activation::identity}, {1.0f, 3.0f}, 0);
  EXPECT_EQ(row.result.loss, 1.5f);
  EXPECT_EQ(row.dLoss_dZ, (std::vector<float>{0.0f, 0.5f}));
}

TEST(Losses, HingeByHand) {
  // Sides +1 and -1: margins 1 - 0.5 and 1 + 2.
  const Row row = runHead({Loss::hinge, Activation::identity}, {0.5f, 2.0f}, 0);
  EXPECT_EQ(row.result.loss, 1.75f);
  EXPECT_EQ(row.dLoss_dZ, (std::vector<float>{-0.5f, 0.5f}));
}

TEST(Losses, NumbersToPredictAreTheTargets) {
  const float targets[] = {2.0f, -1.0f};
  std::vector<float> row = {1.0f, 1.0f}, gradient(2);
  const RowResult result =
      headRow({Loss::meanSquared, Activation::identity}, row.data(), 2, {0, targets, 1}, gradient.data(), 1);
  EXPECT_EQ(result.loss, 2.5f);  // (1 + 4) / 2
  EXPECT_EQ(gradient, (std::vector<float>{-1.0f, 2.0f}));
  EXPECT_FALSE(result.correct);
}

TEST(Losses, AnExamplesWeightScalesItsLossAndGradient) {
  for (const Head& head : kHeads) {
    const std::vector<float> z = {0.5f, -1.0f, 2.0f};
    const Row once = runHead(head, z, 1);
    std::vector<float> y = z, gradient(3);
    const RowResult result = headRow(head, y.data(), 3, {1, nullptr, 4.0f}, gradient.data(), 1);
    EXPECT_EQ(result.loss, 4 * once.result.loss);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(gradient[c], 4 * once.dLoss_dZ[c]);
  }
}

TEST(Losses, ASingleOutputIsAskedForTheSecondClass) {
  const Head head = {Loss::binaryCrossEntropy, Activation::sigmoid};
  EXPECT_TRUE(runHead(head, {2.0f}, 1).result.correct);
  EXPECT_FALSE(runHead(head, {2.0f}, 0).result.correct);
  EXPECT_TRUE(runHead({Loss::hinge, Activation::identity}, {0.25f}, 1).result.correct);
  EXPECT_TRUE(runHead({Loss::hinge, Activation::identity}, {-0.25f}, 0).result.correct);
}

TEST(Losses, WhatCannotBeJudgedIsSaid) {
  for (const Head& head : kHeads) EXPECT_EQ(whyNot(head), "");
  EXPECT_NE(whyNot({Loss::crossEntropy, Activation::relu}).find("--output-activation softmax"),
            std::string::npos);
  EXPECT_NE(whyNot({Loss::binaryCrossEntropy, Activation::softmax}).find("sigmoid"), std::string::npos);
  EXPECT_NE(whyNot({Loss::hinge, Activation::softmax}), "");
}

TEST(Losses, NamesComeBack) {
  for (std::uint32_t i = 0; i < kLosses; ++i) {
    const auto loss = static_cast<Loss>(i);
    EXPECT_EQ(fromName<Loss>(name(loss)), loss);
    EXPECT_FALSE(displayName(loss).empty());
  }
  EXPECT_EQ(fromName<Loss>("hinges"), std::nullopt);
}

}  // namespace
}  // namespace cajal
