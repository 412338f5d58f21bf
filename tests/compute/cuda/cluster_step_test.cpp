// Steps that one cluster takes many at a time: those of the CPU, of captured steps, and of itself in other
// portions.
#include <cmath>
#include <limits>

#include "compute/training/trainer.h"
#include "tests/support/cuda_test.h"
#include "tests/support/repeated_training.h"

namespace cajal {
namespace {

using namespace test;

// What a training leaves.
struct Outcome {
  std::vector<float> parameters, gradients, moments;
  std::vector<Metrics> metrics;
  TrainerState state;
  bool hasClusters = false;
};

std::vector<float> arenaOf(Trainer& trainer, ArenaKind kind) {
  std::vector<float> values(trainer.network().arenaFloats(kind));
  trainer.backend().read(trainer.network().arena(kind), values.data(), values.size());
  return values;
}

Outcome leftBy(Trainer& trainer) {
  trainer.backend().finish();
  Outcome run;
  run.parameters = arenaOf(trainer, ArenaKind::parameters);
  run.gradients = arenaOf(trainer, ArenaKind::gradients);
  run.moments = arenaOf(trainer, ArenaKind::firstMoments);
  const std::vector<float> second = arenaOf(trainer, ArenaKind::secondMoments);
  run.moments.insert(run.moments.end(), second.begin(), second.end());
  run.metrics = trainer.takeMetrics();
  run.state = trainer.counters();
  return run;
}

Outcome train(Backend& backend, const DataSet& data, const TrainingConfiguration& configuration,
              const std::vector<std::uint64_t>& portions) {
  Trainer trainer(configuration, data, backend, {});
  for (const std::uint64_t steps : portions) trainer.advance(steps);
  return leftBy(trainer);
}

TrainingConfiguration smallConfiguration(const std::vector<std::size_t>& widths, std::size_t batch) {
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork(widths);
  configuration.network.hidden = Activation::tanh;  // smooth: a rounding cannot switch a neuron off
  configuration.hyperparameters = usualHyperparameters(UpdateRule::sgd);
  configuration.hyperparameters.learningRate = 0.05f;
  configuration.batchSize = batch;
  configuration.metricsEvery = 10;
  configuration.metricsTestExamples = 20;
  return configuration;
}

class ClusterStep : public CudaTest {
 protected:
  void SetUp() override {
    CudaTest::SetUp();
    if (IsSkipped()) return;
    m_graphs = makeCudaBackend(0, CudaChoices{.clusterBlocks = 0});
    m_cluster = makeCudaBackend(0, CudaChoices{.clusterBlocks = 2});
    if (!takesClusters(*m_cluster)) GTEST_SKIP() << "NOT TESTED, this GPU knows no thread block clusters";
  }

  static bool takes(Backend& backend, Trainer& trainer) {
    DenseTraining training = trainingOf(trainer);
    return backend.advanceDense(training, 0, {});
  }
  static bool takesClusters(Backend& backend) {
    const DataSet data = pointsSet(20, 2, 3, 2);
    Trainer trainer(smallConfiguration({3, 4, 2}, 4), data, backend, {});
    return takes(backend, trainer);
  }
  static DenseTraining trainingOf(Trainer& trainer) {
    static DeviceExamples examples;
    examples.count = 20;
    DenseTraining training;
    training.layers = trainer.network().denseLayers();
    training.examples = &examples;
    training.batch = trainer.effectiveBatchSize();
    return training;
  }

  // A few steps beside captured ones: gradients are chains of sums of a few dozen products, in another order.
  void expectLikeGraphs(const DataSet& data, const TrainingConfiguration& configuration, double tolerance,
                        std::uint64_t steps = 4) {
    const Outcome graphs = train(*m_graphs, data, configuration, {steps});
    const Outcome cluster = train(*m_cluster, data, configuration, {steps});
    expectSame(cluster.parameters, graphs.parameters, tolerance);
    expectSame(cluster.gradients, graphs.gradients, tolerance);
    expectSame(cluster.moments, graphs.moments, tolerance);
    ASSERT_EQ(cluster.metrics.size(), graphs.metrics.size());
    for (std::size_t i = 0; i < graphs.metrics.size(); ++i) {
      EXPECT_NEAR(cluster.metrics[i].trainLoss, graphs.metrics[i].trainLoss,
                  tolerance * (1 + std::fabs(graphs.metrics[i].trainLoss)));
      EXPECT_EQ(cluster.metrics[i].trainAccuracy, graphs.metrics[i].trainAccuracy);
    }
    EXPECT_EQ(cluster.state.updateCount.updates, graphs.state.updateCount.updates);
    EXPECT_EQ(cluster.state.cursor, graphs.state.cursor);
  }

  static void expectSame(const std::vector<float>& a, const std::vector<float>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      ASSERT_NEAR(a[i], b[i], tolerance * (1 + std::fabs(b[i]))) << "float " << i;
  }

  std::unique_ptr<Backend> m_graphs, m_cluster;
};

// Sums of at most 64 examples' products of numbers near 1, three layers deep, four steps.
constexpr double kClose = 1e-5;

TEST_F(ClusterStep, IsTaken) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  Trainer trainer(smallConfiguration({7, 13, 5, 3}, 8), data, *m_cluster, {});
  EXPECT_TRUE(takes(*m_cluster, trainer));
  EXPECT_FALSE(takes(*m_graphs, trainer));
  EXPECT_FALSE(takes(*m_cpu, trainer));
}

TEST_F(ClusterStep, FollowsTheCpuForFiftySteps) {
  const DataSet data = pointsSet(200, 20, 12, 4);
  const TrainingConfiguration configuration = smallConfiguration({12, 24, 10, 4}, 32);
  const Outcome cluster = train(*m_cluster, data, configuration, {50});
  const Outcome cpu = train(*m_cpu, data, configuration, {50});
  // A gradient, below 0.5, is good to γ₁₀₀ = 6e-6 of its size: 50 · 0.05 · 0.5 · 6e-6 = 7.5e-6.
  expectSame(cluster.parameters, cpu.parameters, 2e-5);
  ASSERT_EQ(cluster.metrics.size(), cpu.metrics.size());
  for (std::size_t i = 0; i < cpu.metrics.size(); ++i) {
    EXPECT_EQ(cluster.metrics[i].step, cpu.metrics[i].step);
    EXPECT_NEAR(cluster.metrics[i].trainLoss, cpu.metrics[i].trainLoss, 1e-4);
    EXPECT_NEAR(cluster.metrics[i].testLoss, cpu.metrics[i].testLoss, 1e-4);
  }
}

TEST_F(ClusterStep, FollowsTheCpusCurveWithAdam) {
  const DataSet data = pointsSet(200, 20, 12, 4);
  TrainingConfiguration configuration = smallConfiguration({12, 24, 10, 4}, 32);
  configuration.hyperparameters = usualHyperparameters(UpdateRule::adam);
  const Outcome cluster = train(*m_cluster, data, configuration, {50});
  const Outcome cpu = train(*m_cpu, data, configuration, {50});
  // Adam divides by √v: a gradient near zero may take a whole step one way or the other; curves average.
  ASSERT_EQ(cluster.metrics.size(), cpu.metrics.size());
  for (std::size_t i = 0; i < cpu.metrics.size(); ++i) {
    EXPECT_NEAR(cluster.metrics[i].trainLoss, cpu.metrics[i].trainLoss, 0.01);
    EXPECT_NEAR(cluster.metrics[i].testLoss, cpu.metrics[i].testLoss, 0.01);
  }
}

TEST_F(ClusterStep, GivesTheSameBitsInWhateverPortions) {
  const DataSet data = noisySet();
  TrainingConfiguration configuration = eventfulConfiguration();
  configuration.network.spec = denseNetwork({6, 24, 16, 3});
  const Outcome once = train(*m_cluster, data, configuration, {20});
  for (const std::vector<std::uint64_t>& portions :
       {std::vector<std::uint64_t>{20}, {7, 10, 3}, std::vector<std::uint64_t>(20, 1)}) {
    const Outcome again = train(*m_cluster, data, configuration, portions);
    EXPECT_EQ(again.parameters, once.parameters);
    EXPECT_EQ(again.gradients, once.gradients);
    EXPECT_EQ(again.moments, once.moments);
    ASSERT_EQ(again.metrics.size(), once.metrics.size());
    for (std::size_t i = 0; i < once.metrics.size(); ++i)
      EXPECT_EQ(again.metrics[i].trainLoss, once.metrics[i].trainLoss);
  }
}

TEST_F(ClusterStep, FollowsSlidersSchedulesAndTheAverage) {
  const TrainedRun cluster = trainInBursts(*m_cluster, {25}, denseNetwork({6, 24, 16, 3}));
  const TrainedRun graphs = trainInBursts(*m_graphs, {25}, denseNetwork({6, 24, 16, 3}));
  EXPECT_EQ(cluster.rates, graphs.rates);
  ASSERT_EQ(cluster.losses.size(), graphs.losses.size());
  // Curves of a hundred steps whose gradients agree to some 1e-6 of their size; tests look at the average.
  for (std::size_t i = 0; i < cluster.losses.size(); ++i)
    EXPECT_NEAR(cluster.losses[i], graphs.losses[i], 1e-2);
  ASSERT_FALSE(cluster.average.empty());
  expectSame(cluster.average, graphs.average, 1e-2);
}

TEST_F(ClusterStep, TakesEveryActivation) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  for (std::uint32_t i = 0; i < kActivations; ++i) {
    if (static_cast<Activation>(i) == Activation::softmax) continue;
    TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 16);
    configuration.network.hidden = static_cast<Activation>(i);
    SCOPED_TRACE(std::string(name(configuration.network.hidden)));
    expectLikeGraphs(data, configuration, kClose, 2);
  }
}

TEST_F(ClusterStep, TakesEveryLoss) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  for (std::uint32_t loss = 0; loss < kLosses; ++loss) {
    for (const Activation output :
         {Activation::identity, Activation::softmax, Activation::sigmoid, Activation::tanh}) {
      TrainingConfiguration configuration = smallConfiguration({7, 6, 3}, 16);
      configuration.network.head = {static_cast<Loss>(loss), output, 0.1f};
      if (!whyNot(configuration.network.head).empty()) continue;
      SCOPED_TRACE(std::string(name(configuration.network.head.loss)) + " of " + std::string(name(output)));
      expectLikeGraphs(data, configuration, kClose, 2);
    }
  }
}

TEST_F(ClusterStep, TakesEveryRule) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  for (std::uint32_t rule = 0; rule < kUpdateRules; ++rule) {
    TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 16);
    configuration.hyperparameters = usualHyperparameters(static_cast<UpdateRule>(rule));
    configuration.hyperparameters.epsilon = 1e-3f;  // a gradient near zero must not decide a whole step
    configuration.hyperparameters.weightDecay = 0.01f;
    configuration.hyperparameters.l1 = 0.001f;
    SCOPED_TRACE(std::string(name(configuration.hyperparameters.rule)));
    // Lion takes signs: a rate at which a wrong one is below what is looked for.
    if (configuration.hyperparameters.rule == UpdateRule::lion)
      configuration.hyperparameters.learningRate = 1e-7f;
    expectLikeGraphs(data, configuration, 10 * kClose);
  }
}

TEST_F(ClusterStep, TakesAnyWidthsAndBatches) {
  m_cluster = makeCudaBackend(0, CudaChoices{.clusterBlocks = 4});
  const std::vector<std::vector<std::size_t>> networks = {{7, 13, 5, 3}, {9, 3},    {1, 2, 3},
                                                          {30, 40, 3},   {5, 1, 3}, {6, 5, 4, 5, 6, 3}};
  for (const std::vector<std::size_t>& widths : networks) {
    const DataSet data = pointsSet(150, 5, widths.front(), 3);
    for (const std::size_t batch : {1u, 33u, 64u, 128u}) {
      SCOPED_TRACE(testing::PrintToString(widths) + ", batch " + std::to_string(batch));
      expectLikeGraphs(data, smallConfiguration(widths, batch), kClose, 2);
    }
  }
}

TEST_F(ClusterStep, TakesAnyNumberOfBlocks) {
  const DataSet data = bytesSet(80, 5, 20, 3);
  for (const unsigned blocks : {1u, 2u, 8u, 16u}) {
    SCOPED_TRACE(blocks);
    m_cluster = makeCudaBackend(0, CudaChoices{.clusterBlocks = blocks});
    expectLikeGraphs(data, smallConfiguration({20, 24, 10, 3}, 20), kClose, 3);
  }
}

TEST_F(ClusterStep, ReadsMomentsFromTheirArenasWhereSharedMemoryIsTooSmall) {
  const DataSet data = pointsSet(40, 5, 100, 10);
  m_cluster = makeCudaBackend(0, CudaChoices{.clusterBlocks = 1});
  TrainingConfiguration configuration = smallConfiguration({100, 160, 10}, 8);
  configuration.hyperparameters = usualHyperparameters(UpdateRule::adam);
  configuration.hyperparameters.epsilon = 1e-3f;
  expectLikeGraphs(data, configuration, 10 * kClose, 3);
}

TEST_F(ClusterStep, ReadsBytesOfAnyWidth) {
  for (const std::size_t features : {17u, 20u, 64u}) {
    SCOPED_TRACE(features);
    expectLikeGraphs(bytesSet(80, 5, features, 4), smallConfiguration({features, 9, 4}, 24), kClose);
  }
}

TEST_F(ClusterStep, WeighsExamplesAndPredictsNumbers) {
  DataSet data = pointsSet(60, 5, 7, 3);
  for (std::size_t i = 0; i < 60; ++i) data.training.weights.push_back(0.25f * static_cast<float>(i % 5));
  expectLikeGraphs(data, smallConfiguration({7, 6, 3}, 16), kClose);

  data.outputs = 2;
  data.classes = 0;
  for (Examples* part : {&data.training, &data.test}) {
    part->labels.clear();
    for (std::size_t i = 0; i < 2 * part->count; ++i)
      part->targets.push_back(std::sin(static_cast<float>(i)));
  }
  TrainingConfiguration configuration = smallConfiguration({7, 6, 2}, 16);
  configuration.network.head = {Loss::meanSquared, Activation::identity};
  expectLikeGraphs(data, configuration, kClose);
}

TEST_F(ClusterStep, ClipsTheNormOfAllGradients) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  for (const float norm : {1e-7f, 0.05f, 100.0f}) {
    TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 16);
    configuration.hyperparameters.clipNorm = norm;
    configuration.hyperparameters.clipValue = 0.1f;
    for (const NotFinite policy : {NotFinite::stop, NotFinite::pass}) {
      configuration.onNotFinite = policy;
      expectLikeGraphs(data, configuration, kClose);
    }
  }
}

TEST_F(ClusterStep, EndsAtTheGradientThatIsNotFinite) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 16);
  Trainer trainer(configuration, data, *m_cluster, {});
  expectToEndAtAPoisonedWeight(trainer);
  const TensorView& weight = trainer.network().tensors().front();
  std::vector<float> values = trainer.readTensor(weight);
  values[0] = 0;
  trainer.writeTensor(weight, values);
  trainer.apply({"lr", 0.01});
  trainer.advance(9);
  m_cluster->finish();
  EXPECT_TRUE(trainer.haltedReason().empty());
  EXPECT_EQ(trainer.stepsDone(), 20u);
  EXPECT_TRUE(std::isfinite(trainer.readTensor(weight)[1]));
}

TEST_F(ClusterStep, CountsUpdatesThatAreLeftOut) {
  DataSet data = pointsSet(60, 5, 7, 3);
  data.training.floats[5 * 7] = std::numeric_limits<float>::infinity();  // once an epoch
  TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 15);
  configuration.onNotFinite = NotFinite::skip;
  Trainer trainer(configuration, data, *m_cluster, {});
  const std::uint64_t before = m_cluster->blockedUpdates();
  trainer.advance(12);  // three epochs
  m_cluster->finish();
  EXPECT_EQ(m_cluster->blockedUpdates(), before + 3);
  for (const float value : arenaOf(trainer, ArenaKind::parameters)) ASSERT_TRUE(std::isfinite(value));
}

TEST_F(ClusterStep, IsNotChangedBySomebodyWhoLooks) {
  const DataSet data = pointsSet(60, 5, 7, 3);
  TrainingConfiguration configuration = smallConfiguration({7, 13, 5, 3}, 15);
  configuration.network.hidden = Activation::silu;  // whose slope is read from z
  const Outcome unseen = train(*m_cluster, data, configuration, {6});
  const auto look = [&](Backend& backend, Outcome& outcome) {
    Trainer trainer(configuration, data, backend, {});
    trainer.advance(3);
    trainer.requestHealth();
    trainer.advance(1);
    backend.finish();
    const auto health = trainer.health();
    trainer.advance(2);
    outcome = leftBy(trainer);
    return *health;
  };
  Outcome seen, graphs;
  const Health ofCluster = look(*m_cluster, seen), ofGraphs = look(*m_graphs, graphs);
  EXPECT_EQ(seen.parameters, unseen.parameters);
  ASSERT_EQ(ofCluster.tensors.size(), ofGraphs.tensors.size());
  for (std::size_t i = 0; i < ofGraphs.tensors.size(); ++i) {
    EXPECT_NEAR(ofCluster.tensors[i].change.norm(), ofGraphs.tensors[i].change.norm(), kClose);
    EXPECT_NEAR(ofCluster.tensors[i].gradient.norm(), ofGraphs.tensors[i].gradient.norm(), kClose);
  }
  ASSERT_EQ(ofCluster.layers.size(), ofGraphs.layers.size());
  for (std::size_t l = 0; l < ofGraphs.layers.size(); ++l) {
    EXPECT_NEAR(ofCluster.layers[l].outputs.norm(), ofGraphs.layers[l].outputs.norm(), 10 * kClose);
    EXPECT_EQ(ofCluster.layers[l].flat, ofGraphs.layers[l].flat);
  }
}

TEST_F(ClusterStep, TakesANetworkForDigits) {
  const DataSet data = bytesSet(100, 10, 784, 10);
  m_cluster = makeCudaBackend(0);  // sixteen blocks
  TrainingConfiguration configuration = smallConfiguration({784, 128, 64, 10}, 64);
  configuration.metricsEvery = 1000;
  // Sums of 784 products.
  expectLikeGraphs(data, configuration, 1e-4, 2);
}

TEST_F(ClusterStep, LeavesLargerNetworksAndOtherLayersToGraphs) {
  const DataSet data = bytesSet(80, 5, 64, 4);
  Trainer wide(smallConfiguration({64, 2048, 4}, 64), data, *m_cluster, {});
  EXPECT_FALSE(takes(*m_cluster, wide));
  TrainingConfiguration configuration = smallConfiguration({64, 8, 4}, 16);
  configuration.network.spec = parseNetwork("64-8-dropout0.5-4");
  Trainer other(configuration, data, *m_cluster, {});
  EXPECT_TRUE(other.network().denseLayers().empty());
  other.advance(3);
  EXPECT_EQ(other.stepsDone(), 3u);
}

}  // namespace
}  // namespace cajal
