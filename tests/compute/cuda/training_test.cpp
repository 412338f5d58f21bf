// A whole training on the GPU beside the same on the CPU.
#include <algorithm>
#include <cmath>

#include "compute/training/trainer.h"
#include "tests/support/cuda_test.h"
#include "tests/support/small_sets.h"

namespace cajal {
namespace {

using namespace test;

constexpr int kSteps = 50;

TrainingConfiguration configurationWith(UpdateRule rule, float learningRate) {
  TrainingConfiguration configuration;
  configuration.network.hidden = Activation::tanh;  // smooth: a rounding cannot switch a neuron off
  configuration.hyperparameters.rule = rule;
  configuration.hyperparameters.learningRate = learningRate;
  configuration.metricsEvery = 10;
  configuration.metricsTestExamples = 100;
  return configuration;
}

class CudaTraining : public CudaTest {
 protected:
  DataSet m_data = bytesSet(500, 100, 784, 10);

  struct Run {
    HostMatrix parameters{0, 0};
    std::vector<Metrics> metrics;
  };

  Run train(Backend& backend, const TrainingConfiguration& configuration) {
    Trainer trainer(configuration, m_data, backend, {});
    for (int step = 0; step < kSteps; ++step) trainer.step();
    backend.finish();
    Run run;
    run.parameters = HostMatrix(1, trainer.network().arenaFloats(ArenaKind::parameters));
    backend.read(trainer.network().arena(ArenaKind::parameters), run.parameters.values.data(),
                 run.parameters.values.size());
    run.metrics = trainer.takeMetrics();
    return run;
  }
};

TEST_F(CudaTraining, FollowsTheCpuForFiftySteps) {
  const TrainingConfiguration configuration = configurationWith(UpdateRule::sgd, 0.05f);
  const Run cuda = train(*m_cuda, configuration), cpu = train(*m_cpu, configuration);
  // A gradient is a chain of sums of at most 784 + 128 + 64 products, so it is good to γ₁₀₀₀ = 6e-5 of its
  // size, which is below 0.5; fifty steps at rate 0.05 add up to 50 · 0.05 · 0.5 · 6e-5 = 7.5e-5.
  expectNear(cuda.parameters, cpu.parameters, [](std::size_t) { return 1e-4; });
  ASSERT_EQ(cuda.metrics.size(), cpu.metrics.size());
  for (std::size_t i = 0; i < cuda.metrics.size(); ++i) {
    EXPECT_EQ(cuda.metrics[i].step, cpu.metrics[i].step);
    EXPECT_NEAR(cuda.metrics[i].trainLoss, cpu.metrics[i].trainLoss, 1e-3);
    EXPECT_NEAR(cuda.metrics[i].testLoss, cpu.metrics[i].testLoss, 1e-3);
  }
}

TEST_F(CudaTraining, FollowsTheCpusCurveWithAdam) {
  // Adam divides by √v: a gradient near zero may take a whole step one way or the other, so weights are not
  // compared; the curve averages that out.
  const TrainingConfiguration configuration = configurationWith(UpdateRule::adam, 1e-3f);
  const Run cuda = train(*m_cuda, configuration), cpu = train(*m_cpu, configuration);
  ASSERT_EQ(cuda.metrics.size(), cpu.metrics.size());
  for (std::size_t i = 0; i < cuda.metrics.size(); ++i) {
    EXPECT_NEAR(cuda.metrics[i].trainLoss, cpu.metrics[i].trainLoss, 0.01);
    EXPECT_NEAR(cuda.metrics[i].testLoss, cpu.metrics[i].testLoss, 0.01);
  }
}

TEST_F(CudaTraining, TheSameSeedGivesTheSameBits) {
  const TrainingConfiguration configuration = configurationWith(UpdateRule::adam, 1e-3f);
  EXPECT_EQ(train(*m_cuda, configuration).parameters.values, train(*m_cuda, configuration).parameters.values);
}

TEST_F(CudaTraining, LearnsATinySetCompletely) {
  const DataSet data = bytesSet(32, 20, 20, 4);
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork({20, 16, 4});
  configuration.hyperparameters.learningRate = 0.01f;
  configuration.batchSize = 8;
  Trainer trainer(configuration, data, *m_cuda, {});
  for (int step = 0; step < 600; ++step) trainer.step();
  m_cuda->finish();
  EXPECT_EQ(trainer.takeMetrics().back().trainAccuracy, 1.0);
}

TEST_F(CudaTraining, ABatchLargerThanTheScratchIsAddedUpLikeOnTheCpu) {
  const DataSet data = pointsSet(2500, 10, 3, 2);
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork({3, 4, 2});
  configuration.network.hidden = Activation::tanh;
  configuration.hyperparameters.rule = UpdateRule::gradientDescent;
  configuration.hyperparameters.learningRate = 0;
  Trainer cuda(configuration, data, *m_cuda, {}), cpu(configuration, data, *m_cpu, {});
  cuda.step();
  cpu.step();
  for (const TensorView& tensor : cuda.network().tensors()) {
    if (tensor.role != TensorRole::gradient) continue;
    const HostMatrix a(1, tensor.shape.count(), cuda.readTensor(tensor));
    const HostMatrix b(1, tensor.shape.count(), cpu.readTensor(tensor));
    // Means over 2500 examples of products of numbers near 1.
    expectNear(a, b, [](std::size_t) { return 2 * gammaOf(2500 + 24); });
  }
}

TEST_F(CudaTraining, GradientsThroughEveryKindOfLayerAreTheCpus) {
  const DataSet data = bytesSet(200, 10, 144, 10);
  TrainingConfiguration configuration;
  // The maximum stands first, where its inputs are the same to the last bit: a rounding cannot choose
  // another.
  configuration.network.spec = parseNetwork(
      "12x12-maxpool2s1-conv8k3p1-conv8k3p1g2-batchnorm-add2-avgpool2-flatten-32-layernorm-dropout0.2-10");
  configuration.network.hidden = Activation::tanh;
  Trainer cuda(configuration, data, *m_cuda, {}), cpu(configuration, data, *m_cpu, {});
  cuda.step();
  cpu.step();
  float largest = 0;
  for (const TensorView& tensor : cpu.network().tensors()) {
    if (tensor.role != TensorRole::gradient) continue;
    for (const float value : cpu.readTensor(tensor)) largest = std::max(largest, std::fabs(value));
  }
  for (const TensorView& tensor : cuda.network().tensors()) {
    if (tensor.role != TensorRole::gradient) continue;
    SCOPED_TRACE(tensor.name);
    const HostMatrix a(1, tensor.shape.count(), cuda.readTensor(tensor));
    const HostMatrix b(1, tensor.shape.count(), cpu.readTensor(tensor));
    // A chain of sums, the longest of 64 · 121 products, of numbers no larger than the largest gradient.
    expectNear(a, b, [&](std::size_t) { return 2 * gammaOf(64 * 121 + 1000) * largest; });
  }
}

TEST_F(CudaTraining, InLessPrecisionFollowsTheCurveOfFp32) {
  const TrainingConfiguration configuration = configurationWith(UpdateRule::sgd, 0.05f);
  const Run exact = train(*m_cuda, configuration);
  for (const auto& [precision, bits] : {std::pair{Precision::tf32, 11}, std::pair{Precision::bf16, 8}}) {
    const auto coarse = makeCudaBackend(0, precision);
    EXPECT_NE(coarse->describe().find(name(precision)), std::string::npos);
    const Run run = train(*coarse, configuration);
    EXPECT_NE(run.parameters.values, exact.parameters.values);
    // A factor is rounded to `bits` bits, so a product is off by 2^(1-bits) of its size at most; errors of
    // either sign in sums of hundreds average out, and the loss, near 2.3, moves by less than that share.
    for (std::size_t i = 0; i < run.metrics.size(); ++i)
      EXPECT_NEAR(run.metrics[i].testLoss, exact.metrics[i].testLoss, 2.3 * std::ldexp(1.0, 1 - bits));
  }
}

TEST_F(CudaTraining, ShowsTheSameExampleAsTheCpu) {
  const TrainingConfiguration configuration = configurationWith(UpdateRule::sgd, 0.0f);
  Trainer cuda(configuration, m_data, *m_cuda, {}), cpu(configuration, m_data, *m_cpu, {});
  cuda.showExample(Part::test, 3);
  cpu.showExample(Part::test, 3);
  for (const TensorView& tensor : cuda.network().tensors()) {
    if (tensor.role != TensorRole::activation) continue;
    const HostMatrix a(1, tensor.shape.count(), cuda.readTensor(tensor));
    const HostMatrix b(1, tensor.shape.count(), cpu.readTensor(tensor));
    expectNear(a, b, [](std::size_t) { return 2 * gammaOf(1000); });
  }
}

void expectSameLooks(Trainer& cuda, Trainer& cpu, std::size_t longestSum) {
  for (const TensorView& tensor : cuda.network().tensors()) {
    if (tensor.role != TensorRole::look) continue;
    SCOPED_TRACE(tensor.name);
    const HostMatrix a(1, tensor.shape.count(), cuda.readTensor(tensor));
    const HostMatrix b(1, tensor.shape.count(), cpu.readTensor(tensor));
    // Sums of products of factors near 1.
    expectNear(a, b, [&](std::size_t) { return 8 * gammaOf(longestSum); });
  }
}

TEST_F(CudaTraining, LooksAtTheSameExamplesAsTheCpu) {
  const DataSet data = bytesSet(100, 90, 144, 10);
  TrainingConfiguration configuration = configurationWith(UpdateRule::sgd, 0.0f);
  configuration.network.spec =
      parseNetwork("12x12-conv8k3p1-batchnorm-maxpool2-flatten-32-layernorm-dropout0.2-10");
  configuration.network.hidden = Activation::gelu;  // its z is kept, too
  Trainer cuda(configuration, data, *m_cuda, {}), cpu(configuration, data, *m_cpu, {});
  for (const Part part : {Part::test, Part::training}) {
    EXPECT_EQ(cuda.lookAtExamples(part, 256).count, cpu.lookAtExamples(part, 256).count);
    expectSameLooks(cuda, cpu, 9 + 288 + 32);
  }
}

TEST_F(CudaTraining, LooksAtTheSamePlaneAsTheCpu) {
  const DataSet data = pointsSet(100, 90, 2, 3);
  TrainingConfiguration configuration = configurationWith(UpdateRule::sgd, 0.0f);
  configuration.network.spec = denseNetwork({2, 8, 3});
  Trainer cuda(configuration, data, *m_cuda, {}), cpu(configuration, data, *m_cpu, {});
  EXPECT_EQ(cuda.lookAtPlane().count, cpu.lookAtPlane().count);
  expectSameLooks(cuda, cpu, 2 + 8);
}

// Steps that were captured before a look, and are launched again behind it; and those of a cluster.
TEST_F(CudaTraining, LookingChangesNoBit) {
  const DataSet data = pointsSet(300, 90, 2, 3);
  const auto clustered = makeCudaBackend(0, CudaChoices{});
  for (Backend* backend : {m_cuda.get(), clustered.get()}) {
    for (const char* network : {"2-16-16-3", "2-16-batchnorm-dropout0.25-3"}) {
      TrainingConfiguration configuration = configurationWith(UpdateRule::adam, 1e-3f);
      configuration.network.spec = parseNetwork(network);
      configuration.batchSize = 20;
      const auto parametersAfter = [&](bool isLookedAt) {
        Trainer trainer(configuration, data, *backend, {});
        for (const Part part : {Part::training, Part::test}) {
          trainer.advance(9);
          if (isLookedAt) trainer.lookAtExamples(part, 40);
          if (isLookedAt && part == Part::training) trainer.lookAtPlane();
        }
        trainer.advance(9);
        std::vector<float> parameters(trainer.network().arenaFloats(ArenaKind::parameters));
        backend->read(trainer.network().arena(ArenaKind::parameters), parameters.data(), parameters.size());
        return parameters;
      };
      EXPECT_EQ(parametersAfter(true), parametersAfter(false)) << network;
    }
  }
}

}  // namespace
}  // namespace cajal
