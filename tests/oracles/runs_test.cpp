// Whole runs: fifty steps from the same weights with the same batches follow PyTorch's loss curve.
#include <gtest/gtest.h>

#include "compute/math/permutation.h"
#include "compute/training/trainer.h"
#include "tests/oracles/fixtures.h"
#include "tests/support/rounding.h"

namespace cajal {
namespace {

using namespace test;

constexpr std::uint64_t kSeed = 3;

TrainingConfiguration configurationOf(const Json& json) {
  TrainingConfiguration configuration;
  configuration.network.spec = parseNetwork(json["net"].get<std::string>());
  configuration.network.hidden = known(fromName<Activation>, json["hidden"]);
  configuration.network.head = headOf(json["head"]);
  configuration.hyperparameters = hyperparametersOf(json);
  if (json.contains("schedule")) configuration.schedule = scheduleOf(json["schedule"]);
  configuration.batchSize = json["batch"].get<std::size_t>();
  configuration.seed = kSeed;
  configuration.metricsEvery = 1;
  configuration.metricsTestExamples = 1;
  return configuration;
}

// One epoch of all the steps: the examples stand where the trainer's shuffled order finds them in the
// fixture's.
DataSet dataOf(const Json& json, std::size_t steps) {
  const Json& inputs = json["inputs"];
  const std::size_t count = steps * json["batch"].get<std::size_t>();
  const bool isLabelled = json.contains("labels");
  DataSet data;
  data.name = "oracle";
  data.features = inputs[0].size();
  data.outputs = isLabelled ? 0 : json["values"][0].size();
  data.classes = 0;
  Examples& training = data.training;
  training.count = count;
  std::vector<std::size_t> fixtureIndex(count);
  const Permutation order(kSeed, 0, static_cast<std::uint32_t>(count));
  for (std::uint32_t i = 0; i < count; ++i) fixtureIndex[order(i)] = i % inputs.size();
  for (const std::size_t index : fixtureIndex) {
    for (const float value : floats(inputs[index])) training.floats.push_back(value);
    if (isLabelled) {
      training.labels.push_back(json["labels"][index].get<Label>());
      data.classes = std::max<std::size_t>(data.classes, training.labels.back() + 1);
    } else {
      for (const float value : floats(json["values"][index])) training.targets.push_back(value);
    }
  }
  data.test = training;
  return data;
}

class RunCase {
 public:
  RunCase(const Json& json, std::size_t steps)
      : m_json(json), m_data(dataOf(json, steps)), m_trainer(configurationOf(json), m_data, *m_backend, {}) {
    std::size_t at = 0;
    for (const TensorView& tensor : parameters()) m_trainer.writeTensor(tensor, floats(json["start"][at++]));
  }

  void expectPyTorchs() {
    const std::vector<double> expected = doubles(m_json["losses"]);
    for (std::size_t step = 0; step < expected.size(); ++step) m_trainer.step();
    const std::vector<Metrics> metrics = m_trainer.takeMetrics();
    ASSERT_EQ(metrics.size(), expected.size());
    for (std::size_t step = 0; step < expected.size(); ++step) {
      EXPECT_NEAR(metrics[step].trainLoss, expected[step], tolerance() * std::fmax(expected[step], 0x1p-10))
          << "step " << step;
    }
  }

 private:
  // PyTorch's own run in float, with the same sums in another order, strays from its run in double by
  // `astray`. Ours is another draw of the same roundings: four times that, and the dozen of the loss itself.
  double tolerance() const { return 4 * m_json["astray"].get<double>() + gammaOf(12); }

  // In PyTorch's order: layer by layer, weight or scale, then bias.
  std::vector<TensorView> parameters() const {
    std::vector<TensorView> found;
    for (const TensorView& tensor : m_trainer.network().tensors()) {
      if (tensor.arena == ArenaKind::parameters && tensor.role != TensorRole::statistic)
        found.push_back(tensor);
    }
    std::stable_sort(found.begin(), found.end(), [](const TensorView& a, const TensorView& b) {
      const auto rank = [](const TensorView& t) { return 2 * t.layer + (t.role == TensorRole::bias); };
      return rank(a) < rank(b);
    });
    return found;
  }

  const Json& m_json;
  DataSet m_data;
  std::unique_ptr<Backend> m_backend = makeCpuBackend(2);
  Trainer m_trainer;
};

TEST(RunOracle, FiftyStepsFollowPyTorchsLossCurve) {
  const Json all = fixture("runs");
  EXPECT_GE(all["cases"].size(), 6u);
  for (const Json& each : all["cases"]) {
    SCOPED_TRACE(each["net"].dump() + " " + each["rule"].dump());
    RunCase(each, all["steps"].get<std::size_t>()).expectPyTorchs();
  }
}

}  // namespace
}  // namespace cajal
