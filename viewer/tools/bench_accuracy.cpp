// What is learnt: on the built-in digits, and, where real ones are at hand, on those and from one to the
// other.
#include <fmt/format.h>

#include "engine/base/clock.h"
#include "viewer/sources/training_setup.h"
#include "viewer/tools/bench.h"

namespace cajal {
namespace {

// Batches of 64 with Adam, the rate taken down tenfold for the last fifth, as a user would with the slider.
void train(Trainer& trainer, std::uint64_t steps) {
  for (std::uint64_t step = 0; step < steps; ++step) {
    if (step == steps * 4 / 5) trainer.apply({"lr", 1e-4});
    trainer.step();
  }
}

constexpr std::uint64_t kStepsOnDigits = 12'000;  // 12.8 epochs
constexpr std::uint64_t kStepsOnReal = 2'700;     // 20 epochs of 8,500

}  // namespace

void benchAccuracy(const Options& options, BenchResults& results) {
  const auto backend = makeCpuBackend(0);
  const double start = secondsNow();
  const DataSet digits = loadDataSet("digits");
  digits.training.waitUntilReady();
  results.push_back({"data.digits_seconds", secondsNow() - start, "s", "", "70,000 digits drawn"});

  TrainingConfiguration configuration;
  Trainer onDigits(configuration, digits, *backend, {});
  train(onDigits, kStepsOnDigits);
  results.push_back(
      {"train.digits.test_accuracy", onDigits.evaluate(Part::test, digits.test.count).accuracy(), "share", "",
       fmt::format("784-128-64-10, {} steps of 64, Adam; 10,000 digits not seen", kStepsOnDigits)});
  if (!options.data.starts_with("mnist:")) return;

  const DataSet real = loadDataSet(options.data);
  // Trained on drawn digits, tested on every real one there is: training and test part after each other.
  DataSet allReal = real;
  allReal.test.bytes.insert(allReal.test.bytes.end(), real.training.bytes.begin(), real.training.bytes.end());
  allReal.test.labels.insert(allReal.test.labels.end(), real.training.labels.begin(),
                             real.training.labels.end());
  allReal.test.count += real.training.count;
  Trainer onAllReal(configuration, allReal, *backend, {});
  for (const TensorView& tensor : onDigits.network().tensors()) {
    if (tensor.arena == ArenaKind::parameters) onAllReal.writeTensor(tensor, onDigits.readTensor(tensor));
  }
  results.push_back(
      {"data.digits_to_mnist", onAllReal.evaluate(Part::test, allReal.test.count).accuracy(), "share", "",
       fmt::format("trained on drawn digits alone, tested on {} real ones", allReal.test.count)});

  Trainer onReal(configuration, real, *backend, {});
  train(onReal, kStepsOnReal);
  results.push_back({"train.mnist.test_accuracy", onReal.evaluate(Part::test, real.test.count).accuracy(),
                     "share", "",
                     fmt::format("784-128-64-10 on {} real digits, {} steps; {} not seen",
                                 real.training.count, kStepsOnReal, real.test.count)});
}

}  // namespace cajal
