// What stands above both backends: shapes are checked once, and a mistake of ours is named.
#include "compute/core/backend.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "tests/support/host_matrix.h"

namespace cajal {
namespace {

using namespace test;

class BackendChecks : public testing::Test {
 protected:
  template <typename Call>
  std::string refusal(Call&& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::bug);
      return error.what();
    }
    return "";
  }

  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  HostMatrix m_small{2, 3}, m_weight{4, 3}, m_output{2, 4};
  std::vector<Label> m_labels = {0, 1};

  static Matrix view(HostMatrix& matrix) { return {matrix.values.data(), matrix.rows, matrix.columns}; }
};

TEST_F(BackendChecks, ForwardWantsMatchingShapes) {
  EXPECT_NE(refusal([&] {
              m_backend->run(DenseForward{view(m_output), view(m_weight), nullptr, Activation::relu,
                                          view(m_output), nullptr});
            }).find("input (B, in)"),
            std::string::npos);
}

TEST_F(BackendChecks, SoftmaxIsNoActivationOfALayer) {
  const std::vector<float> bias(4);
  EXPECT_NE(refusal([&] {
              m_backend->run(DenseForward{view(m_small), view(m_weight), bias.data(), Activation::softmax,
                                          view(m_output), nullptr});
            }).find("softmax"),
            std::string::npos);
}

TEST_F(BackendChecks, CrossEntropyNeedsProbabilities) {
  EXPECT_NE(refusal([&] {
              m_backend->run(ApplyHead{
                  {Loss::crossEntropy, Activation::relu}, view(m_output), {m_labels.data()}, nullptr, 1, 0});
            }).find("cross-entropy"),
            std::string::npos);
}

TEST_F(BackendChecks, HeadKnowsItsStatisticsSlots) {
  EXPECT_NE(refusal([&] {
              m_backend->run(ApplyHead{
                  {Loss::meanSquared, Activation::relu}, view(m_output), {m_labels.data()}, nullptr, 1, 2});
            }).find("slot"),
            std::string::npos);
}

TEST_F(BackendChecks, AnUpdateFollowsRules) {
  EXPECT_NE(refusal([&] { m_backend->update(nullptr, {}, false); }).find("rules"), std::string::npos);
}

TEST(Precision, HasNamesThatAreRead) {
  for (const Precision precision : {Precision::fp32, Precision::tf32, Precision::bf16})
    EXPECT_EQ(fromName<Precision>(name(precision)), precision);
  EXPECT_FALSE(fromName<Precision>("fp64"));
}

TEST(Statistics, MeansOfNothingAreZero) {
  EXPECT_EQ(Statistics{}.meanLoss(), 0.0);
  EXPECT_EQ(Statistics{}.accuracy(), 0.0);
  EXPECT_EQ((Statistics{6.0, 3, 4}).meanLoss(), 1.5);
  EXPECT_EQ((Statistics{6.0, 3, 4}).accuracy(), 0.75);
}

TEST(Cuda, SaysWhyItCannotBeUsedAndThrowsTheSame) {
  const std::string why = whyNoCuda();
  if (why.empty()) return;  // it can: tests/compute/cuda has the rest
  try {
    makeCudaBackend(0);
    FAIL() << "made a backend although " << why;
  } catch (const Error& error) {
    EXPECT_EQ(error.exitCode(), ExitCode::gpu);
    EXPECT_NE(std::string(error.what()).find(why), std::string::npos);
  }
}

}  // namespace
}  // namespace cajal
