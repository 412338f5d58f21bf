// Every loss against the CPU's: of labels, of numbers, with weights and smoothed labels. The formulas are one
// text, as in head_test.cpp.
#include "tests/support/cuda_test.h"

namespace cajal {
namespace {

using namespace test;

const Head kHeads[] = {
    {Loss::crossEntropy, Activation::softmax},
    {Loss::crossEntropy, Activation::softmax, 0.1f},
    {Loss::binaryCrossEntropy, Activation::sigmoid},
    {Loss::binaryCrossEntropy, Activation::sigmoid, 0.1f},
    {Loss::meanSquared, Activation::gelu},
    {Loss::meanAbsolute, Activation::identity},
    {Loss::meanAbsolute, Activation::softmax},
    {Loss::huber, Activation::identity, 0, 0.5f},
    {Loss::hinge, Activation::tanh},
    {Loss::hinge, Activation::identity},
};
constexpr std::size_t kClasses[] = {1, 2, 10};
constexpr std::size_t kRows = 133;

struct Result {
  HostMatrix y, dLoss_dZ;
  Statistics statistics;
};

class CudaHeadTargets : public CudaTest {
 protected:
  // targets: numbers, or none, and then labels count.
  static Result run(Backend& backend, const Head& head, std::size_t classes, bool ofNumbers,
                    bool isWeighted) {
    const Placed output(backend, randomMatrix(kRows, classes, classes, -3, 3));
    const Placed delta(backend, HostMatrix(kRows, classes, 9.0f));
    const Placed numbers(backend, randomMatrix(kRows, classes, 4, 0, 1));
    const Placed weights(backend, randomMatrix(1, kRows, 5, 0, 2));
    const PlacedLabels labels(
        backend, randomLabels(kRows, static_cast<std::uint32_t>(std::max<std::size_t>(classes, 2)), 2));
    const Matrix dLoss_dZ = delta.matrix();
    backend.head(head, output.matrix(),
                 {ofNumbers ? nullptr : labels.data(), ofNumbers ? numbers.data() : nullptr,
                  isWeighted ? weights.data() : nullptr},
                 &dLoss_dZ, 1.0f / kRows, 0);
    backend.takeStatistics(0);
    backend.finish();
    const Statistics statistics = backend.pollStatistics().value();
    return {output.read(), delta.read(), statistics};
  }
};

TEST_F(CudaHeadTargets, AreTheCpusForEveryLoss) {
  for (const Head& head : kHeads) {
    for (const std::size_t classes : kClasses) {
      if (head.activation == Activation::softmax && classes == 1) continue;  // one output of softmax is 1
      for (const bool ofNumbers : {false, true}) {
        for (const bool isWeighted : {false, true}) {
          SCOPED_TRACE(std::string(name(head.loss)) + " of " + std::string(name(head.activation)) + " " +
                       std::to_string(classes) + (ofNumbers ? " numbers" : " labels") +
                       (isWeighted ? " weighted" : ""));
          const Result cuda = run(*m_cuda, head, classes, ofNumbers, isWeighted);
          const Result cpu = run(*m_cpu, head, classes, ofNumbers, isWeighted);
          // |z| ≤ 3: every term is below 16, a row's sum has C of them and every term a few roundings; a row
          // counts twice at most.
          const double tolerance = 2 * 2 * gammaOf(classes + 16) * 16;
          expectNear(cuda.y, cpu.y, [&](std::size_t) { return tolerance; });
          expectNear(cuda.dLoss_dZ, cpu.dLoss_dZ, [&](std::size_t) { return tolerance / kRows; });
          EXPECT_NEAR(cuda.statistics.meanLoss(), cpu.statistics.meanLoss(), tolerance);
          EXPECT_EQ(cuda.statistics.count, kRows);
          EXPECT_EQ(cuda.statistics.correct, cpu.statistics.correct);
        }
      }
    }
  }
}

}  // namespace
}  // namespace cajal
