#pragma once
// A training in which everything changes from step to step that can: rate, dropout, batch, average, and now
// and then a command. For tests that do its steps in different portions.

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "compute/training/trainer.h"
#include "tests/support/small_sets.h"

namespace cajal::test {

inline DataSet noisySet() {
  return pointsSet(300, 50, 6, 3);
}

inline TrainingConfiguration eventfulConfiguration() {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork("6-24-dropout0.25-16-3");
  configuration.network.hidden = Activation::tanh;
  configuration.hyperparameters = usualHyperparameters(UpdateRule::nadam);
  configuration.hyperparameters.clipNorm = 1;
  configuration.hyperparameters.weightDecay = 1e-3f;
  configuration.schedule.kind = ScheduleKind::cosine;
  configuration.schedule.warmup = 7;
  configuration.schedule.total = 60;
  configuration.averageDecay = 0.9f;
  configuration.batchSize = 20;
  configuration.metricsEvery = 16;
  return configuration;
}

inline std::vector<float> parametersOf(Trainer& trainer) {
  std::vector<float> values(trainer.network().arenaFloats(ArenaKind::parameters));
  trainer.backend().read(trainer.network().arena(ArenaKind::parameters), values.data(), values.size());
  return values;
}

// A weight that is not a number makes the eleventh step's gradient none: the training ends there, however
// many steps are enqueued behind it. The weight is left as it is.
inline void expectToEndAtAPoisonedWeight(Trainer& trainer) {
  trainer.advance(10);
  const TensorView& weight = trainer.network().tensors().front();
  std::vector<float> values = trainer.readTensor(weight);
  values[0] = std::numeric_limits<float>::quiet_NaN();
  trainer.writeTensor(weight, values);
  trainer.advance(40);
  trainer.backend().finish();
  trainer.advance(1);  // notices, at the latest
  EXPECT_FALSE(trainer.haltedReason().empty());
  EXPECT_EQ(trainer.stepsDone(), 11u);
  EXPECT_EQ(trainer.state().updateCount.updates, 12u);
}

struct TrainedRun {
  std::vector<float> parameters, average;
  std::vector<float> rates;    // behind each command
  std::vector<double> losses;  // of the points of the curves
};

// 100 steps in portions of these sizes, again and again, with a command behind steps 50 and 75.
inline TrainedRun trainInBursts(Backend& backend, const std::vector<std::uint64_t>& portions,
                                const NetworkSpec& network = eventfulConfiguration().network.spec) {
  const DataSet data = noisySet();
  TrainingConfiguration configuration = eventfulConfiguration();
  configuration.network.spec = network;
  Trainer trainer(configuration, data, backend, {});
  TrainedRun run;
  std::size_t next = 0;
  const auto advanceTo = [&](std::uint64_t step) {
    while (trainer.stepsDone() < step)
      trainer.advance(std::min(step - trainer.stepsDone(), portions[next++ % portions.size()]));
    run.rates.push_back(trainer.hyperparameters().learningRate);
  };
  advanceTo(50);
  trainer.apply({"lr", 0.002});
  advanceTo(75);
  trainer.apply({"optimizer", "momentum"});
  trainer.apply({"batch", 33});
  advanceTo(100);
  backend.finish();
  for (const Metrics& point : trainer.takeMetrics()) {
    run.losses.push_back(point.trainLoss);
    run.losses.push_back(point.testLoss);
  }
  run.parameters = parametersOf(trainer);
  run.average = trainer.readAverage();
  return run;
}

}  // namespace cajal::test
