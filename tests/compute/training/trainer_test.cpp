#include "compute/training/trainer.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/base/error.h"
#include "tests/support/double_network.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

TrainingConfiguration smallConfiguration(std::vector<std::size_t> widths) {
  TrainingConfiguration configuration;
  configuration.network.spec = denseNetwork(widths);
  configuration.batchSize = 8;
  configuration.metricsEvery = 10;
  return configuration;
}

class SmallTraining : public testing::Test {
 protected:
  DataSet m_data = bytesSet(32, 20, 20, 4);
  std::unique_ptr<Backend> m_backend = makeCpuBackend(1);
  Trainer m_trainer{smallConfiguration({20, 16, 4}), m_data, *m_backend, {}};

  void stepTimes(int steps) {
    for (int i = 0; i < steps; ++i) m_trainer.step();
  }
  std::vector<float> parameters() {
    const Network& network = m_trainer.network();
    std::vector<float> values(network.arenaFloats(ArenaKind::parameters));
    m_backend->read(network.arena(ArenaKind::parameters), values.data(), values.size());
    return values;
  }
};

TEST_F(SmallTraining, LearnsATinySetCompletely) {
  m_trainer.apply({"lr", 0.01});
  stepTimes(600);
  const Metrics last = m_trainer.takeMetrics().back();
  EXPECT_EQ(last.trainAccuracy, 1.0);
  EXPECT_LT(last.trainLoss, 0.02);
}

TEST(Trainer, EveryRuleLearns) {
  const DataSet data = bytesSet(32, 4, 20, 4);
  for (const UpdateRule rule :
       {UpdateRule::gradientDescent, UpdateRule::sgd, UpdateRule::momentum, UpdateRule::adam}) {
    const auto backend = makeCpuBackend(1);
    TrainingConfiguration configuration = smallConfiguration({20, 16, 4});
    configuration.hyperparameters.rule = rule;
    configuration.hyperparameters.learningRate = usualHyperparameters(rule).learningRate;
    Trainer trainer(configuration, data, *backend, {});
    for (int i = 0; i < 400; ++i) trainer.step();
    const std::vector<Metrics> metrics = trainer.takeMetrics();
    EXPECT_LT(metrics.back().trainLoss, 0.8 * metrics.front().trainLoss) << name(rule);
  }
}

TEST_F(SmallTraining, TheSameSeedGivesTheSameCurve) {
  const auto curve = [&](std::uint64_t seed) {
    const auto backend = makeCpuBackend(1);
    TrainingConfiguration configuration = smallConfiguration({20, 16, 4});
    configuration.seed = seed;
    Trainer trainer(configuration, m_data, *backend, {});
    for (int i = 0; i < 40; ++i) trainer.step();
    std::vector<double> losses;
    for (const Metrics& metrics : trainer.takeMetrics()) losses.push_back(metrics.trainLoss);
    return losses;
  };
  EXPECT_EQ(curve(1), curve(1));
  EXPECT_NE(curve(1), curve(2));
}

TEST_F(SmallTraining, ResetGivesTheSameRunAgain) {
  stepTimes(30);
  const std::vector<float> first = parameters();
  m_trainer.apply(Command{});
  EXPECT_EQ(m_trainer.stepsDone(), 0u);
  EXPECT_EQ(m_trainer.epochsDone(), 0.0);
  EXPECT_TRUE(m_trainer.takeMetrics().empty());
  stepTimes(30);
  EXPECT_EQ(parameters(), first);
}

TEST_F(SmallTraining, ResetKeepsTheSettings) {
  m_trainer.apply({"lr", 0.25});
  m_trainer.apply(Command{});
  EXPECT_EQ(m_trainer.hyperparameters().learningRate, 0.25f);
}

TEST_F(SmallTraining, CommandsApplyFromTheNextStepOn) {
  stepTimes(3);
  m_trainer.apply({"lr", 0});
  const std::vector<float> before = parameters();
  stepTimes(3);
  EXPECT_EQ(parameters(), before);
  m_trainer.apply({"lr", 0.01});
  stepTimes(1);
  EXPECT_NE(parameters(), before);
}

TEST_F(SmallTraining, CommandsAreBroughtIntoRangeAndReturnedSo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto applied = [this](const Command& command) { return m_trainer.apply(command).command.value; };
  EXPECT_EQ(applied({"lr", -1.0}), SettingValue(0.0));
  EXPECT_EQ(applied({"lr", nan}), SettingValue(0.0));
  EXPECT_EQ(applied({"momentum", 2.0}), SettingValue(0.99999));
  EXPECT_EQ(applied({"beta2", 2.0}), SettingValue(0.999999));
  EXPECT_EQ(applied({"weight-decay", -5}), SettingValue(0.0));
  EXPECT_EQ(applied({"batch", 1e12}), SettingValue(std::int64_t{32}));
  EXPECT_EQ(applied({"batch", 0}), SettingValue(std::int64_t{1}));
}

// Whoever sent a command must know it again: an undone command is not one to undo.
TEST_F(SmallTraining, CommandsComeBackWithTheirTagAndAreLoggedWithoutIt) {
  EXPECT_EQ(m_trainer.apply({"lr", 0.25, 2}).command, (Command{"lr", 0.25, 2}));
  EXPECT_EQ(m_trainer.apply({std::string(kReset), {}, 2}).command.tag, 2U);
  const std::vector<LoggedCommand> logged = {{0, {"lr", 0.25}}, {0, {}}};
  EXPECT_EQ(m_trainer.counters().commands, logged);
}

TEST_F(SmallTraining, CommandsOfOtherNamesOrKindsAreRefusedAndChangeNothing) {
  const TrainingSettings before = m_trainer.counters().settings;
  for (const Command& command : {Command{"glow", 1.0}, Command{"optimizer", "lions"}, Command{"optimizer", 3},
                                 Command{"lr", "much"}, Command{"lr", {}}})
    EXPECT_THROW(m_trainer.apply(command), Error) << command.name;
  EXPECT_EQ(m_trainer.counters().settings, before);
  EXPECT_TRUE(m_trainer.counters().commands.empty());
}

// ---- undoing ----

TEST_F(SmallTraining, ACommandIsUndoneByWhatItAnswers) {
  for (const Command& command :
       {Command{"lr", 0.25}, Command{"optimizer", "sgd"}, Command{"schedule", "cosine"}, Command{"lr", 0.5},
        Command{"optimizer", "adamw"}, Command{"weight-decay", 0.0}, Command{"optimizer", "lion"},
        Command{"batch", 16}, Command{"average", 0.5}, Command{"follow-schedule", true}}) {
    const TrainingSettings before = m_trainer.counters().settings;
    const LoggedCommand applied = m_trainer.apply(command);
    const TrainingSettings after = m_trainer.counters().settings;
    EXPECT_NE(before, after) << command.name;
    for (const SettingChange& change : applied.before) m_trainer.apply({change.key, change.value});
    EXPECT_EQ(m_trainer.counters().settings, before) << command.name;
    m_trainer.apply(command);
    EXPECT_EQ(m_trainer.counters().settings, after) << command.name;
  }
}

// An optimiser's own rates go with it: decay and epsilon of the one before would be left behind. The schedule
// stays, and goes on from the new rate.
TEST_F(SmallTraining, AnotherOptimizerBringsItsUsualRatesAndKeepsTheSchedule) {
  m_trainer.apply({"optimizer", "adamw"});
  m_trainer.apply({"epsilon", 0.5});
  m_trainer.apply({"clip-norm", 3.0});
  m_trainer.apply({"schedule", "cosine"});
  m_trainer.apply({"optimizer", "sgd"});
  Hyperparameters usual = usualHyperparameters(UpdateRule::sgd);
  usual.clipNorm = 3;
  EXPECT_EQ(m_trainer.hyperparameters(), usual);
  EXPECT_TRUE(m_trainer.followsSchedule());
  EXPECT_EQ(m_trainer.configuration().schedule.kind, ScheduleKind::cosine);
  EXPECT_EQ(m_trainer.configuration().schedule.rate, usual.learningRate);
}

TEST_F(SmallTraining, AdamStaysFiniteAtTheEndsOfItsSliders) {
  m_trainer.apply({"momentum", 1});
  m_trainer.apply({"beta2", 1});
  stepTimes(20);
  for (const float value : parameters()) ASSERT_TRUE(std::isfinite(value));
}

TEST_F(SmallTraining, AnotherOptimizerStartsFromZeroMomentsAndTheSameWeights) {
  stepTimes(5);
  const std::vector<float> before = parameters();
  m_trainer.apply({"optimizer", "momentum"});
  EXPECT_EQ(parameters(), before);
  for (const TensorView& tensor : m_trainer.network().tensors()) {
    if (tensor.role != TensorRole::firstMoment && tensor.role != TensorRole::secondMoment) continue;
    for (const float value : m_trainer.readTensor(tensor)) ASSERT_EQ(value, 0.0f) << tensor.name;
  }
}

TEST_F(SmallTraining, BatchSizeMayChangeAtAnyTime) {
  stepTimes(1);
  m_trainer.apply({"batch", 32});
  EXPECT_EQ(m_trainer.effectiveBatchSize(), 32u);
  stepTimes(1);
  EXPECT_EQ(m_trainer.epochsDone(), (8.0 + 32.0) / 32.0);
}

TEST_F(SmallTraining, GradientDescentUsesTheWholeSet) {
  m_trainer.apply({"optimizer", "gd"});
  EXPECT_EQ(m_trainer.effectiveBatchSize(), 32u);
  stepTimes(3);
  EXPECT_EQ(m_trainer.epochsDone(), 3.0);
}

TEST_F(SmallTraining, CurvesHavePointsAtPowersOfTwoAndThenEveryTen) {
  stepTimes(25);
  std::vector<std::uint64_t> steps;
  for (const Metrics& metrics : m_trainer.takeMetrics()) steps.push_back(metrics.step);
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{1, 2, 4, 8, 10, 20}));
  EXPECT_TRUE(m_trainer.takeMetrics().empty());
}

TEST_F(SmallTraining, FirstPointIsTheLossOfTheFirstBatch) {
  // Gradient descent sees every example, so the batch is known.
  m_trainer.apply({"optimizer", "gd"});
  const double expected = DoubleNetwork(m_trainer).meanLoss(m_data.training);
  stepTimes(1);
  // One rounding of each row's loss, sums of 20 and 16 products before it.
  EXPECT_NEAR(m_trainer.takeMetrics().front().trainLoss, expected, gammaOf(20 + 16 + 8) * 10);
}

TEST_F(SmallTraining, ShownExampleIsTheForwardPassOfThatExample) {
  stepTimes(20);
  for (const Part part : {Part::training, Part::test}) {
    const Examples& examples = part == Part::training ? m_data.training : m_data.test;
    m_trainer.showExample(part, 7);
    const auto expected = DoubleNetwork(m_trainer).activations(exampleValues(examples, 20, 7));
    for (const TensorView& tensor : m_trainer.network().tensors()) {
      if (tensor.role != TensorRole::activation) continue;
      const std::vector<float> values = m_trainer.readTensor(tensor);
      const std::vector<double>& layer = expected[static_cast<std::size_t>(tensor.layer)];
      // At most 20 + 16 products of factors below 1, then softmax.
      for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_NEAR(values[i], layer[i], gammaOf(20 + 16 + 8) * 8);
    }
  }
}

TEST_F(SmallTraining, ShowingAnExampleChangesNoTraining) {
  stepTimes(10);
  const std::vector<float> undisturbed = parameters();
  m_trainer.apply(Command{});
  for (int i = 0; i < 10; ++i) {
    m_trainer.showExample(Part::training, static_cast<std::size_t>(i));
    m_trainer.step();
    m_trainer.evaluate(Part::test, 5);
  }
  EXPECT_EQ(parameters(), undisturbed);
}

TEST_F(SmallTraining, EvaluationCountsTheTestExamples) {
  stepTimes(5);
  EXPECT_EQ(m_trainer.evaluate(Part::test, 7).count, 7u);
  const Statistics all = m_trainer.evaluate(Part::test, 1'000'000);
  EXPECT_EQ(all.count, 20u);
  const DoubleNetwork expected(m_trainer);
  EXPECT_NEAR(all.meanLoss(), expected.meanLoss(m_data.test), gammaOf(20 + 16 + 8) * 10);
}

TEST_F(SmallTraining, EvaluationBetweenPointsLeavesTheCurveAsItIs) {
  stepTimes(25);
  const std::vector<Metrics> undisturbed = m_trainer.takeMetrics();
  m_trainer.apply(Command{});
  for (int i = 0; i < 25; ++i) {
    m_trainer.step();
    m_trainer.evaluate(Part::test, 20);
  }
  const std::vector<Metrics> disturbed = m_trainer.takeMetrics();
  ASSERT_EQ(disturbed.size(), undisturbed.size());
  for (std::size_t i = 0; i < disturbed.size(); ++i) {
    EXPECT_EQ(disturbed[i].trainLoss, undisturbed[i].trainLoss);
    EXPECT_EQ(disturbed[i].testLoss, undisturbed[i].testLoss);
  }
}

TEST_F(SmallTraining, TensorsComeBackAsTheyWereWritten) {
  const TensorView& tensor = m_trainer.network().tensors().front();
  const std::vector<float> values(tensor.shape.count(), 0.25f);
  m_trainer.writeTensor(tensor, values);
  EXPECT_EQ(m_trainer.readTensor(tensor), values);
}

TEST_F(SmallTraining, PaddingBetweenTensorsStaysZero) {
  stepTimes(10);
  std::vector<float> rest = parameters();
  for (const TensorView& tensor : m_trainer.network().tensors()) {
    if (tensor.arena != ArenaKind::parameters) continue;
    std::fill_n(rest.begin() + static_cast<std::ptrdiff_t>(tensor.offset), tensor.shape.count(), 0.0f);
  }
  EXPECT_EQ(rest, std::vector<float>(rest.size()));
}

TEST(Trainer, RefusesANetworkThatDoesNotFitTheData) {
  const DataSet data = bytesSet(8, 4, 20, 4);
  const auto backend = makeCpuBackend(1);
  for (const std::vector<std::size_t>& widths : {std::vector<std::size_t>{21, 4}, {20, 5}}) {
    try {
      Trainer(smallConfiguration(widths), data, *backend, {});
      FAIL() << toString(denseNetwork(widths));
    } catch (const Error& error) {
      EXPECT_EQ(error.exitCode(), ExitCode::badInput);
      EXPECT_NE(std::string(error.what()).find("--net"), std::string::npos);
    }
  }
}

TEST(Trainer, ABatchMayNotBeLargerThanTheSet) {
  const DataSet data = bytesSet(8, 4, 20, 4);
  const auto backend = makeCpuBackend(1);
  TrainingConfiguration configuration = smallConfiguration({20, 4});
  configuration.batchSize = 1000;
  EXPECT_EQ(Trainer(configuration, data, *backend, {}).effectiveBatchSize(), 8u);
}

}  // namespace
}  // namespace cajal
